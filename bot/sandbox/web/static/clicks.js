// Clicks and keys in the list of messages: one place listens, and finds what was meant by `data-act`.

import { choose, forget, press } from "./acts.js";
import { openMenu, replyTo } from "./menu.js";
import { enlarge } from "./media.js";
import { boundsOf, optionsOf, valuesOf } from "./picks.js";
import { openSelect } from "./popover.js";
import { changed, channelOf, goTo, messageOf, state } from "./store.js";

const ACTS = {
  press: (node, id) => press(id, node.dataset.id),
  select: (node, id) => select(node, id),
  zoom: (node) => enlarge(node.querySelector("img")),
  alt: (node) => node.setAttribute("aria-expanded", String(node.parentNode.toggleAttribute("data-told"))),
  uncover: (node) => node.parentNode.setAttribute("data-open", ""),
  unveil: (node) => node.setAttribute("data-open", ""),
  jump: (node) => jump(node.dataset.channel, node.dataset.to),
  reply: (_, id) => replyTo(id),
  more: (node, id) => openMenu(id, node, node),
  dismiss: (node) => dismiss(node.dataset.to),
  forget: (node) => forget(node.dataset.to),
};

/** Listen to a list of messages. */
export function listen(box) {
  box.addEventListener("click", (event) => act(event));
  box.addEventListener("keydown", (event) => {
    const isKey = event.key === "Enter" || event.key === " ";
    if (isKey && event.target.matches("[data-act=unveil]")) act(event);
    if ((event.key === "ContextMenu" || (event.key === "F10" && event.shiftKey)) && messageAt(event.target))
      menu(event, event.target.getBoundingClientRect());
  });
  box.addEventListener("contextmenu", (event) => {
    // Links and marked text keep the browser's own menu.
    if (!messageAt(event.target) || event.target.closest("a[target]") || String(getSelection())) return;
    menu(event, { x: event.clientX, y: event.clientY });
  });
}

const messageAt = (node) => node.closest(".message:not(.ghost)")?.dataset.key;

function menu(event, at) {
  event.preventDefault();
  openMenu(messageAt(event.target), { x: at.x, y: at.y }, document.activeElement);
}

function act(event) {
  const node = event.target.closest("[data-act]");
  if (!node || node.disabled || node.getAttribute("aria-disabled")) return;
  // A covered text hides what is in it, links too, until it is opened.
  const veil = event.target.closest("[data-act=unveil]:not([data-open])");
  const meant = veil ?? node;
  event.preventDefault();
  ACTS[meant.dataset.act]?.(meant, messageAt(meant));
}

function select(node, id) {
  const part = find(messageOf(id)?.components, node.dataset.id);
  if (!part) return;
  const { low, high } = boundsOf(part);
  openSelect(
    node,
    {
      options: optionsOf(part),
      chosen: valuesOf(part, id),
      low,
      high,
      label: part.placeholder ?? "Make a selection",
    },
    (values) => choose(id, part.custom_id, values),
  );
}

function find(parts, id) {
  for (const part of parts ?? []) {
    if (part.custom_id === id) return part;
    const inner = find([...(part.components ?? []), part.accessory].filter(Boolean), id);
    if (inner) return inner;
  }
  return null;
}

function dismiss(id) {
  state.dismissed.add(id);
  changed("messages");
}

/** Go to a message and let it stand out for a moment. */
function jump(channel, id) {
  if (channel && channel !== state.here && channelOf(channel)) goTo(channel);
  const node = id && document.getElementById(`m-${id}`);
  if (!node) return;
  node.scrollIntoView({
    block: "center",
    behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth",
  });
  node.focus({ preventScroll: true });
  node.classList.remove("found");
  void node.offsetWidth; // Starts the animation anew.
  node.classList.add("found");
}
