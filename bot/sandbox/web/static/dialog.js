// The form that a bot opens: shown as Discord shows it, checked as its client checks, and sent.

import { submit } from "./acts.js";
import { h, icon, sign } from "./dom.js";
import { botFace } from "./faces.js";
import { field } from "./fields.js";
import { CLOSE, WARN } from "./icons.js";
import { markdown } from "./markdown.js";
import { closePopover } from "./popover.js";
import { state } from "./store.js";

const [ROW, TEXT, LABEL] = [1, 10, 18];

/** Open the form of an interaction. */
export function openForm(interaction, modal) {
  document.querySelector("dialog.form")?.close();
  const fields = [];
  const parts = modal.components.map((part) => drawn(part, fields));
  const trouble = h("div", { class: "form-trouble", role: "alert" });
  const send = h(
    "button",
    { class: "button primary", type: "submit" },
    h("span", { class: "label" }, "Submit"),
    h("span", { class: "dots" }, h("i"), h("i"), h("i")),
  );
  const form = h(
    "form",
    { novalidate: true, method: "dialog" },
    h(
      "header",
      { class: "form-head" },
      botFace(32),
      h("h2", { id: "form-title" }, modal.title),
      sign("Close", CLOSE, () => dialog.close(), { size: 22 }),
    ),
    h(
      "div",
      { class: "form-body", tabindex: -1 },
      trouble,
      parts,
      h(
        "p",
        { class: "form-warning" },
        icon(WARN, 16),
        `This form will be submitted to ${state.bot.name}. Do not share passwords or other sensitive information.`,
      ),
    ),
    h(
      "footer",
      { class: "form-foot" },
      h("button", { class: "button plain", type: "button", onclick: () => dialog.close() }, "Cancel"),
      send,
    ),
  );
  const dialog = h("dialog", { class: "form", "aria-labelledby": "form-title" }, form);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    hand(interaction, fields, { dialog, trouble, send });
  });
  dialog.addEventListener("close", () => {
    closePopover();
    for (const one of fields) one.gone?.();
    dialog.remove();
  });
  document.body.append(dialog);
  dialog.showModal();
  dialog.querySelector("textarea, input:not([type=file]), .form-body button")?.focus();
}

function drawn(part, fields) {
  if (part.type === TEXT) return h("div", { class: "text" }, markdown(part.content));
  const inner = part.type === LABEL ? part.component : part.type === ROW ? part.components[0] : null;
  if (!inner)
    return h("div", { class: "unknown" }, `This page cannot show components of type ${part.type} in a form.`);
  const made = field(inner, { label: part.label ?? inner.label, description: part.description });
  fields.push(made);
  return made.node;
}

/** Send the form if every field is as the client wants it; else show what is not, and go there. */
async function hand(interaction, fields, { dialog, trouble, send }) {
  if (send.getAttribute("aria-busy")) return;
  const wrong = fields.filter((one) => one.fault());
  for (const one of fields) one.tell(one.fault());
  trouble.replaceChildren();
  if (wrong.length) return wrong[0].focus();
  const values = {};
  const files = [];
  for (const one of fields) {
    if (one.files) files.push(...one.files().map((file) => [one.id, file]));
    else if (one.value() !== null) values[one.id] = one.value();
  }
  send.setAttribute("aria-busy", "true");
  await submit(interaction, values, files, (why) => {
    send.removeAttribute("aria-busy");
    if (why === null) dialog.close();
    else
      trouble.replaceChildren(
        icon(WARN, 16),
        why === "The application did not respond" ? "Something went wrong. Try again." : why,
      );
  });
}
