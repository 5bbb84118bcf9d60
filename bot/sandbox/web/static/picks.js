// What a select menu offers and what is picked in it: strings as given, people and channels as the page knows them.

import { state } from "./store.js";

const PEOPLE = new Set([5, 7]);
const CHANNELS = 8;

/** What a member picked in the menus of messages, until the message changes: by message and custom_id. */
export const picked = new Map();
export const pickKey = (message, id) => `${message}/${id}`;

/** Return the options of a select: `{value, label, description, emoji, default}`. */
export function optionsOf(part) {
  if (part.type === 3) return part.options ?? [];
  const before = new Set((part.default_values ?? []).map((one) => one.id));
  if (PEOPLE.has(part.type)) {
    const people = [...state.members, state.bot];
    return people.map(({ id, name }) => ({ value: id, label: name, default: before.has(id) }));
  }
  if (part.type === CHANNELS) {
    const channels = state.channels.filter((channel) => channel.kind === "text");
    return channels.map(({ id, name }) => ({ value: id, label: `#${name}`, default: before.has(id) }));
  }
  return [{ value: state.guild.id, label: "@everyone", default: before.has(state.guild.id) }];
}

/** Return the values that stand in a select now. */
export function valuesOf(part, message) {
  const own = picked.get(pickKey(message, part.custom_id));
  return (
    own ??
    optionsOf(part)
      .filter((option) => option.default)
      .map((option) => option.value)
  );
}

/** Return what a closed select shows. */
export function closed(part, options, values) {
  const labels = options.filter((option) => values.includes(option.value)).map((option) => option.label);
  return { shown: labels.join(", ") || part.placeholder || "Make a selection", isEmpty: !labels.length };
}

/** Return how many values a select takes. */
export const boundsOf = (part) => ({ low: part.min_values ?? 1, high: part.max_values ?? 1 });
