// The menu of a message: what one can do with it, and the bot's own entries for messages.

import { useMenu } from "./acts.js";
import { h, icon } from "./dom.js";
import { botFace } from "./faces.js";
import { COPY, HASH, REPLY } from "./icons.js";
import { popUp } from "./popover.js";
import { changed, messageOf, state } from "./store.js";
import { toast } from "./toasts.js";

const MESSAGE_MENU = 3;

/** Open a message's menu at a button, or at a point `{x, y}`. */
export function openMenu(id, at, from) {
  const shown = messageOf(id);
  if (!shown) return;
  const menu = h("div", { class: "menu", role: "menu", "aria-label": "Message" }, entries(shown).map(drawn));
  const anchor = at instanceof Element ? at : pointed(at);
  let close = () => {};
  const end = () => (
    at instanceof Element && at.setAttribute("aria-expanded", "false"),
    from?.focus({ preventScroll: true })
  );
  close = popUp(anchor, menu, end);
  if (at instanceof Element) at.setAttribute("aria-expanded", "true");
  menu.addEventListener("keydown", (event) => keyed(event, menu, close));
  menu.addEventListener("click", (event) => {
    const item = event.target.closest("[role=menuitem]");
    if (!item) return;
    close();
    item.act();
  });
  menu.querySelector("[role=menuitem]").focus();
}

function entries(shown) {
  const reply = { label: "Reply", sign: icon(REPLY, 18), act: () => replyTo(shown.id) };
  const apps = shown.ephemeral ? [] : state.commands.filter((command) => command.type === MESSAGE_MENU);
  return [
    ...(shown.ephemeral ? [] : [reply]),
    { label: "Copy Text", sign: icon(COPY, 18), act: () => copy(textOf(shown)) },
    ...(apps.length ? [{ heading: "Apps" }] : []),
    ...apps.map(({ name }) => ({ label: name, sign: botFace(20), act: () => useMenu(shown.id, name) })),
    { heading: null },
    { label: "Copy Message ID", sign: icon(HASH, 18), act: () => copy(shown.id) },
  ];
}

function drawn(entry) {
  if (entry.heading === null) return h("div", { class: "menu-line", role: "separator" });
  if (entry.heading) return h("div", { class: "menu-heading", role: "presentation" }, entry.heading);
  const item = h(
    "button",
    { class: "menu-item", role: "menuitem", type: "button", tabindex: -1 },
    h("span", null, entry.label),
    entry.sign,
  );
  item.act = entry.act;
  return item;
}

function keyed(event, menu, close) {
  const items = [...menu.querySelectorAll("[role=menuitem]")];
  const at = items.indexOf(document.activeElement);
  const to = {
    ArrowDown: (at + 1) % items.length,
    ArrowUp: (at - 1 + items.length) % items.length,
    Home: 0,
    End: items.length - 1,
  }[event.key];
  if (event.key === "Escape" || event.key === "Tab") close();
  else if (to !== undefined) items[to].focus();
  else if (event.key.length === 1 && event.key !== " ")
    items.find((item) => item.textContent.toLowerCase().startsWith(event.key.toLowerCase()))?.focus();
  else return;
  event.preventDefault();
  event.stopPropagation();
}

/** Begin a reply. */
export function replyTo(id) {
  state.replyTo = id;
  changed("reply");
}

const pointed = ({ x, y }) => ({
  getBoundingClientRect: () => ({ left: x, right: x, top: y, bottom: y, width: 0, height: 0 }),
});

async function copy(text) {
  await navigator.clipboard.writeText(text);
  toast("Copied.");
}

function textOf(shown) {
  const texts = (parts) => (parts ?? []).flatMap((part) => [part.content, ...texts(part.components)]);
  return [
    shown.content,
    ...(shown.embeds ?? []).flatMap((one) => [one.title, one.description]),
    ...texts(shown.components),
  ]
    .filter(Boolean)
    .join("\n");
}
