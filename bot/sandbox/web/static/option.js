// One option of a command while it is filled in: words, numbers, choices, files. Each is
// `{option, node, isTile, value(), files(), fault(), tell(why), focus(), gone()}`; `fault` is the sentence of
// Discord's client, or null.

import { h, sign, uid } from "./dom.js";
import { localized } from "./commands.js";
import { drops, tooLarge } from "./files.js";
import { CLOSE } from "./icons.js";
import { state } from "./store.js";

const [STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE] = [3, 4, 5, 6, 7, 8];
const [MENTIONABLE, NUMBER, FILE] = [9, 10, 11];
const LONGEST = 6000; // letters of a string, Discord's limit
const REQUIRED = "This option is required. Specify a value.";

/** Make the field of an option; `order` is told of focus, keys and removal. */
export const optionField = (option, order) =>
  option.type === FILE ? tile(option, order) : pill(option, order);

/** Return what can be picked for an option, or null where one writes freely. */
function choicesOf(option) {
  if (option.type === BOOLEAN)
    return [
      { label: "True", value: true },
      { label: "False", value: false },
    ];
  if (option.choices?.length)
    return option.choices.map((choice) => ({ label: localized(choice, "name"), value: choice.value }));
  if (option.type === USER || option.type === MENTIONABLE)
    return [...state.members, state.bot].map(({ id, name }) => ({ label: name, value: id }));
  if (option.type === ROLE) return state.guild.roles.map(({ id, name }) => ({ label: name, value: id }));
  if (option.type === CHANNEL)
    return state.channels
      .filter((one) => one.kind === "text")
      .map(({ id, name }) => ({ label: `#${name}`, value: id }));
  return null;
}

function pill(option, order) {
  const label = localized(option, "name");
  const choices = choicesOf(option);
  const input = h(choices || option.autocomplete || option.type !== STRING ? "input" : "textarea", {
    id: uid("option"),
    class: "pill-input",
    name: option.name,
    rows: 1,
    autocomplete: "off",
    spellcheck: "false",
    "aria-label": label,
    "aria-required": option.required ? "true" : null,
    inputmode: option.type === INTEGER || option.type === NUMBER ? "decimal" : null,
    ...(choices || option.autocomplete
      ? { role: "combobox", "aria-expanded": "false", "aria-autocomplete": "list" }
      : {}),
  });
  const remove =
    !option.required &&
    sign(`Remove ${label}`, CLOSE, () => order.remove(made), {
      size: 12,
      class: "pill-remove",
      tabindex: -1,
    });
  const node = h(
    "div",
    { class: "pill" },
    h("label", { class: "pill-name", for: input.id }, label),
    input,
    remove,
  );
  const made = {
    option,
    node,
    input,
    choices,
    offered: null,
    value: () => valueOf(option, made, input.value),
    files: () => [],
    fault: () => faultOf(option, made, input.value),
    tell: (why) => mark(node, input, why),
    focus: () => input.focus(),
    fill: (choice) => {
      input.value = choice.label;
      made.picked = choice;
      grow(input);
    },
    gone: () => {},
  };
  input.addEventListener("input", () => {
    made.picked = null;
    grow(input);
    order.typed(made);
  });
  input.addEventListener("focus", () => order.entered(made));
  input.addEventListener("blur", () => order.exited(made));
  input.addEventListener("keydown", (event) => order.keyed(event, made));
  grow(input);
  return made;
}

function tile(option, order) {
  const label = localized(option, "name");
  const place = drops({ id: uid("option"), label: `${label}: choose a file`, told: () => order.typed(made) });
  const remove =
    !option.required &&
    sign(`Remove ${label}`, CLOSE, () => order.remove(made), { size: 12, class: "pill-remove" });
  const node = h("div", { class: "tile" }, h("div", { class: "tile-name" }, label, remove), place.node);
  const made = {
    option,
    node,
    isTile: true,
    value: () => undefined,
    files: place.files,
    add: place.add,
    fault: () => (option.required && !place.files().length ? REQUIRED : tooLarge(place.files())),
    tell: (why) => mark(node, place.control, why),
    focus: () => place.control.focus(),
    gone: place.gone,
  };
  place.control.setAttribute("name", option.name);
  place.control.addEventListener("focus", () => order.entered(made));
  place.control.addEventListener("blur", () => order.exited(made));
  return made;
}

function mark(node, control, why) {
  node.classList.toggle("wrong", Boolean(why));
  control.setAttribute("aria-invalid", String(Boolean(why)));
}

const grows = CSS.supports("field-sizing", "content");
function grow(input) {
  if (!grows) input.style.setProperty("width", `${Math.min(Math.max(input.value.length + 1, 3), 48)}ch`);
}

/** Return what is sent for an option; undefined where it is empty. */
function valueOf(option, made, text) {
  if (!text) return undefined;
  const choice = chosen(made, text);
  if (choice) return choice.value;
  return option.type === INTEGER || option.type === NUMBER ? Number(text) : text;
}

const chosen = (made, text) =>
  made.picked ??
  (made.choices ?? made.offered)?.find((one) => one.label.toLowerCase() === text.trim().toLowerCase());

function faultOf(option, made, text) {
  if (!text) return option.required ? REQUIRED : null;
  if (made.choices) return chosen(made, text) ? null : "Invalid choice. Pick one from the list.";
  if (option.type === INTEGER)
    return /^-?\d{1,16}$/.test(text.trim()) ? rangeFault(option, Number(text)) : "Enter a valid integer.";
  if (option.type === NUMBER)
    return Number.isFinite(Number(text)) ? rangeFault(option, Number(text)) : "Enter a valid number.";
  const length = [...text].length;
  const most = option.max_length ?? LONGEST;
  if (length > most) return `Must be ${most} or fewer in length.`;
  return length < (option.min_length ?? 0) ? `Must be ${option.min_length} or more in length.` : null;
}

function rangeFault({ min_value: low, max_value: high }, value) {
  if ((low === undefined || value >= low) && (high === undefined || value <= high)) return null;
  if (low === undefined) return `Enter a value of at most ${high}.`;
  return high === undefined
    ? `Enter a value of at least ${low}.`
    : `Enter a value between ${low} and ${high}.`;
}

/** Return how many letters of how many are used, where an option counts them. */
export function counted({ option, input, choices }) {
  if (option.type !== STRING || choices || !option.max_length) return "";
  return `${[...input.value].length}/${option.max_length}`;
}
