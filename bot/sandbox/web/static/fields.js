// The fields of a form. Each is `{id, node, value() or files(), fault(), tell(why), focus()}`;
// `fault` is the sentence of Discord's client, or null.

import { h, icon, uid } from "./dom.js";
import { drops, tooLarge } from "./files.js";
import { DOWN } from "./icons.js";
import { closed, optionsOf, valuesOf } from "./picks.js";
import { openSelect } from "./popover.js";

const REQUIRED = "This field is required";
const SHORT = 1;
const LONGEST = 4000; // letters of a text field, Discord's limit

const MAKE = {
  3: select,
  4: words,
  5: select,
  6: select,
  7: select,
  8: select,
  19: upload,
  21: radio,
  22: ticks,
  23: tick,
};

/** Return the field of a component of a form, with its label, its hint and the place for what is wrong. */
export function field(part, { label, description }) {
  const id = uid("field");
  const made = (MAKE[part.type] ?? unknown)(part, id, label);
  const required = part.required !== false && part.type !== 23;
  const wrong = h("div", { class: "field-fault", id: `${id}-fault`, role: "alert" });
  const title = h(
    made.isGroup ? "span" : "label",
    { class: "field-label", id: `${id}-label`, for: made.isGroup ? null : id },
    label,
    required && h("span", { class: "star", title: "Required", "aria-hidden": "true" }, " *"),
  );
  const node = h(
    made.isGroup ? "fieldset" : "div",
    { class: "field", "aria-labelledby": made.isGroup ? `${id}-label` : null, role: made.role ?? null },
    title,
    description && h("div", { class: "field-hint", id: `${id}-hint` }, description),
    made.node,
    wrong,
  );
  made.control?.setAttribute("aria-describedby", `${id}-hint ${id}-fault`);
  if (required && made.control) made.control.setAttribute("aria-required", "true");
  const tell = (why) => {
    wrong.textContent = why ?? "";
    node.classList.toggle("wrong", Boolean(why));
    made.control?.setAttribute("aria-invalid", String(Boolean(why)));
  };
  node.addEventListener("input", () => wrong.textContent && tell(made.fault()));
  return {
    id: part.custom_id,
    focus: () => (made.control ?? made.node.querySelector("input, button")).focus(),
    ...made,
    node,
    tell,
  };
}

function words(part, id) {
  const isShort = part.style === SHORT;
  const most = part.max_length ?? LONGEST;
  const left = h("span", { class: "counter", "aria-hidden": "true" });
  const control = h(isShort ? "input" : "textarea", {
    id,
    name: part.custom_id,
    class: "input",
    type: isShort ? "text" : null,
    rows: isShort ? null : 4,
    placeholder: part.placeholder,
    value: part.value ?? "",
    autocomplete: "off",
  });
  const count = () => {
    const used = [...control.value].length;
    left.textContent = isShort && most === LONGEST ? "" : `${used}/${most}`;
    left.classList.toggle("over", used > most);
  };
  control.addEventListener("input", count);
  if (isShort)
    control.addEventListener(
      "keydown",
      (event) => event.key === "Enter" && (event.preventDefault(), control.form.requestSubmit()),
    );
  count();
  const fault = () => {
    const used = [...control.value].length;
    if (!used) return part.required === false ? null : REQUIRED;
    if (used > most) return `Must be ${most} or fewer in length.`;
    return used < (part.min_length ?? 0) ? `Must be at least ${part.min_length} in length.` : null;
  };
  return { node: h("div", { class: "words" }, control, left), control, value: () => control.value, fault };
}

function select(part, id, label) {
  const options = optionsOf(part);
  const low = part.min_values ?? 1;
  let values = valuesOf(part, id);
  const text = h("span", { class: "select-text" });
  const control = h(
    "button",
    {
      id,
      class: "select",
      type: "button",
      role: "combobox",
      name: part.custom_id,
      "aria-haspopup": "listbox",
      "aria-expanded": "false",
    },
    text,
    icon(DOWN),
  );
  const draw = () => {
    const { shown, isEmpty } = closed(part, options, values);
    text.textContent = shown;
    control.classList.toggle("empty", isEmpty);
    control.setAttribute("aria-label", `${label}: ${shown}`);
  };
  const choice = { options, low: part.required === false ? 0 : low, high: part.max_values ?? 1, label };
  control.addEventListener("click", () =>
    openSelect(control, { ...choice, chosen: values }, (found) => {
      values = found;
      draw();
      control.dispatchEvent(new Event("input", { bubbles: true }));
    }),
  );
  draw();
  const fault = () => {
    if (!values.length) return part.required === false ? null : REQUIRED;
    return values.length < low ? `Choose at least ${low}.` : null;
  };
  return { node: control, control, value: () => values, fault };
}

function radio(part, id) {
  const node = h(
    "div",
    { class: "choices" },
    part.options.map((option) => choice("radio", id, option)),
  );
  const value = () => node.querySelector(":checked")?.value ?? null;
  return {
    node,
    isGroup: true,
    role: "radiogroup",
    value,
    fault: () => (part.required !== false && value() === null ? REQUIRED : null),
  };
}

function ticks(part, id) {
  const node = h(
    "div",
    { class: "choices" },
    part.options.map((option) => choice("checkbox", id, option)),
  );
  const value = () => [...node.querySelectorAll(":checked")].map((box) => box.value);
  const [low, high] = [part.min_values ?? 1, part.max_values ?? part.options.length];
  const fault = () => {
    const count = value().length;
    if (!count) return part.required === false || low === 0 ? null : REQUIRED;
    return count < low ? `Choose at least ${low}.` : count > high ? `Choose at most ${high}.` : null;
  };
  return { node, isGroup: true, role: "group", value, fault };
}

function choice(type, name, option) {
  return h(
    "label",
    { class: "choice" },
    h("input", { type, name, value: option.value, checked: option.default }),
    h("span", null, option.label, option.description && h("small", null, option.description)),
  );
}

function tick(part, id, label) {
  const control = h("input", {
    id,
    type: "checkbox",
    name: part.custom_id,
    checked: part.default,
    "aria-label": label,
  });
  return {
    node: h("div", { class: "choices" }, control),
    control,
    value: () => control.checked,
    fault: () => null,
  };
}

function upload(part, id, label) {
  const [low, high] = [part.min_values ?? 1, part.max_values ?? 1];
  const place = drops({ id, label, most: high });
  const fault = () => {
    const count = place.files().length;
    if (!count) return part.required === false ? null : REQUIRED;
    return count < low ? `Add at least ${low} files.` : tooLarge(place.files());
  };
  return { node: place.node, control: place.control, files: place.files, gone: place.gone, fault };
}

function unknown(part) {
  return {
    node: h("div", { class: "unknown" }, `This page cannot show a field of type ${part.type}.`),
    value: () => "",
    fault: () => null,
  };
}
