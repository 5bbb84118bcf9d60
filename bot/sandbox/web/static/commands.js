// The bot's slash commands as a member finds them: subcommands by their whole names, the nearest first.

import { state } from "./store.js";

const SLASH = 1;
const NESTS = new Set([1, 2]);

/** Return every command that can be typed: `{name, label, description, options}`. */
export function slashCommands() {
  return state.commands
    .filter((command) => (command.type ?? SLASH) === SLASH)
    .flatMap((command) => leaves(command, [], []));
}

function leaves(part, names, labels) {
  const [name, label] = [
    [...names, part.name],
    [...labels, localized(part, "name")],
  ];
  const nested = (part.options ?? []).filter((option) => NESTS.has(option.type));
  if (nested.length) return nested.flatMap((option) => leaves(option, name, label));
  return [
    {
      name: name.join(" "),
      label: label.join(" "),
      description: localized(part, "description"),
      options: part.options ?? [],
    },
  ];
}

/** Return a part's name or description in the member's language, where the bot has registered one. */
export const localized = (part, what) =>
  part[`${what}_localizations`]?.[state.me?.locale] ?? part[what] ?? "";

/** Return the commands that what is typed after the slash may mean, the nearest first. */
export function matching(typed) {
  const sought = typed.toLowerCase().trim();
  const found = slashCommands()
    .map((command) => [rank(command, sought), command])
    .filter(([place]) => place < Infinity);
  return found.sort(([one], [other]) => one - other).map(([, command]) => command);
}

function rank({ label, name }, sought) {
  if (!sought) return 0;
  for (const text of [label.toLowerCase(), name.toLowerCase()]) {
    if (text.startsWith(sought)) return 0;
    if (text.includes(sought)) return 1;
    if (isSpread(text, sought)) return 2;
  }
  return Infinity;
}

// Discord finds /seedance-pro by "sdpro" too.
function isSpread(text, sought) {
  let at = -1;
  return [...sought].every((letter) => (at = text.indexOf(letter, at + 1)) >= 0);
}
