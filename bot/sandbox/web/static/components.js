// Components of a message, first and second version, as Discord draws them. JSON in, nodes out;
// presses are found by their `data-` marks, nothing here listens.

import { h, icon, safeAddress, styled } from "./dom.js";
import { DOWN, OUT } from "./icons.js";
import { markdown } from "./markdown.js";
import { cover, exhibit, fileCard, gallery } from "./media.js";
import { closed, optionsOf, valuesOf } from "./picks.js";
import { state } from "./store.js";

const STYLES = { 1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "link-button", 6: "primary" };

const DRAW = {
  1: (part, message) =>
    h(
      "div",
      { class: "row" },
      part.components.map((one) => component(one, message)),
    ),
  2: button,
  3: select,
  5: select,
  6: select,
  7: select,
  8: select,
  9: section,
  10: (part) => h("div", { class: "text" }, markdown(part.content)),
  11: (part) => h("div", { class: "thumbnail" }, exhibit(pictured(part, part.media))),
  12: (part) => gallery(part.items.map((item) => pictured(item, item.media))),
  13: file,
  14: separator,
  17: container,
};

/** Return the node of one component of a message. */
export function component(part, message) {
  const draw = DRAW[part.type];
  return draw
    ? draw(part, message)
    : h("div", { class: "unknown" }, `This page cannot show components of type ${part.type}.`);
}

/** Return the nodes of a message's components. */
export const components = (message) => (message.components ?? []).map((part) => component(part, message));

const pictured = (item, media) => ({ ...media, description: item.description, spoiler: item.spoiler });

function button(part, message) {
  const label = [emoji(part.emoji), part.label ?? ""];
  const look = `button ${STYLES[part.style] ?? "secondary"}`;
  const href = safeAddress(part.url);
  if (part.style === 5) {
    return h(
      "a",
      {
        class: look,
        role: "link",
        href,
        target: "_blank",
        rel: "noopener noreferrer",
        "aria-disabled": href ? null : "true",
      },
      label,
      icon(OUT, 16),
    );
  }
  const waiting = isWaiting(message.id, part.custom_id);
  const props = {
    class: look,
    type: "button",
    "data-act": "press",
    "data-id": part.custom_id,
    "aria-label": part.label ? null : part.emoji?.name,
    disabled: part.disabled,
    ...busy(message.id, waiting),
  };
  return h(
    "button",
    props,
    h("span", { class: "label" }, label),
    waiting && h("span", { class: "dots" }, h("i"), h("i"), h("i")),
  );
}

function select(part, message) {
  const { shown, isEmpty } = closed(part, optionsOf(part), valuesOf(part, message.id));
  const waiting = isWaiting(message.id, part.custom_id);
  return h(
    "button",
    {
      class: `select${isEmpty ? " empty" : ""}`,
      type: "button",
      "data-act": "select",
      "data-id": part.custom_id,
      role: "combobox",
      "aria-haspopup": "listbox",
      "aria-expanded": "false",
      ...busy(message.id, waiting),
      "aria-label": `${part.placeholder ?? "Make a selection"}${isEmpty ? "" : `: ${shown}`}`,
      disabled: part.disabled,
    },
    h("span", { class: "select-text" }, shown),
    icon(DOWN),
  );
}

function section(part, message) {
  return h(
    "div",
    { class: "section" },
    h(
      "div",
      { class: "section-text" },
      part.components.map((one) => component(one, message)),
    ),
    part.accessory && h("div", { class: "accessory" }, component(part.accessory, message)),
  );
}

function separator(part) {
  const isBare = part.divider === false;
  const looks = ["separator", isBare && "bare", part.spacing === 2 && "wide"].filter(Boolean).join(" ");
  return h("div", { class: looks, role: isBare ? null : "separator" });
}

function file(part) {
  const card = fileCard({ ...part.file, filename: part.name ?? part.file.filename, size: part.size });
  return part.spoiler ? h("div", { class: "covered" }, card, cover()) : card;
}

function container(part, message) {
  const inner = part.components.map((one) => component(one, message));
  const node = h(
    "div",
    { class: `container${part.spoiler ? " covered" : ""}` },
    inner,
    part.spoiler && cover(),
  );
  if (part.accent_color !== null && part.accent_color !== undefined) {
    node.classList.add("accented");
    styled(node, { "--accent": colour(part.accent_color) });
  }
  return node;
}

/** Return Discord's number for a colour as CSS takes it. */
export const colour = (number) => `#${(Number(number) & 0xffffff).toString(16).padStart(6, "0")}`;

/** Return an emoji of a button or an option: the sign itself, or the name of one's own. */
export function emoji(found) {
  if (!found?.name) return null;
  return h("span", { class: "emoji", "aria-hidden": "true" }, found.id ? `:${found.name}:` : found.name);
}

// Not `disabled`, which would take the focus away from what was pressed.
const busy = (message, waiting) => ({
  "aria-busy": waiting ? "true" : null,
  "aria-disabled": isWaiting(message) ? "true" : null,
});

/** Tell whether a part of a message, or any part of it, waits for the bot's answer. */
function isWaiting(message, part) {
  for (const one of state.pending.values()) {
    if (one.message === message && one.part && (part === undefined || one.part === part)) return true;
  }
  return false;
}
