// Lists that open at a button: they take the focus, go by keyboard, and give it back when they close.

import { h, styled } from "./dom.js";
import { Listbox } from "./listbox.js";

const GAP = 4; // pixels between the button and the list
const EDGE = 8; // pixels kept free at the window's edge

let closeLast = null;

/** Close whatever is open. */
export const closePopover = () => closeLast?.();

/** Put a node at an element, above or below as there is room, until `close` is called or one clicks elsewhere. */
export function popUp(anchor, node, closed) {
  closeLast?.();
  const host = anchor.closest?.("dialog") ?? document.querySelector("main");
  const layer = h("div", { class: "popover" }, node);
  host.append(layer);
  place(layer, anchor);
  const outside = (event) => !layer.contains(event.target) && !anchor.contains?.(event.target) && close();
  const again = () => place(layer, anchor);
  const close = () => {
    if (closeLast !== close) return;
    closeLast = null;
    document.removeEventListener("pointerdown", outside, true);
    removeEventListener("resize", again);
    layer.remove();
    closed?.();
  };
  document.addEventListener("pointerdown", outside, true);
  addEventListener("resize", again);
  closeLast = close;
  return close;
}

function place(layer, anchor) {
  const at = anchor.getBoundingClientRect();
  if (anchor.tagName === "BUTTON" || at.width > 160)
    styled(layer, { "min-width": `${Math.min(at.width, innerWidth - 2 * EDGE)}px` });
  const own = layer.getBoundingClientRect();
  const below = innerHeight - at.bottom - GAP - EDGE;
  const above = at.top - GAP - EDGE;
  const isBelow = own.height <= below || below >= above;
  const height = Math.min(own.height, Math.max(isBelow ? below : above, 120));
  styled(layer, {
    left: `${Math.max(EDGE, Math.min(at.left, innerWidth - own.width - EDGE))}px`,
    top: `${isBelow ? at.bottom + GAP : Math.max(EDGE, at.top - GAP - height)}px`,
    "max-height": `${Math.max(isBelow ? below : above, 120)}px`,
  });
}

/** Open a select at its button: `options`, the `chosen` values, how many (`low` to `high`), and who is told. */
export function openSelect(anchor, { options, chosen, low = 1, high = 1, label }, told) {
  const many = high > 1;
  let values = [...chosen];
  const list = new Listbox({
    label,
    many,
    pick: (option) => (many ? toggle(option) : finish([option.value])),
  });
  const toggle = ({ value }) => {
    if (values.includes(value)) values = values.filter((one) => one !== value);
    else if (values.length < high) values.push(value);
    list.mark(values);
  };
  const finish = (found) => {
    values = found;
    close();
  };
  list.show(options, chosen);
  list.node.tabIndex = 0;
  const close = popUp(anchor, list.node, () => {
    anchor.setAttribute("aria-expanded", "false");
    anchor.removeAttribute("aria-controls");
    anchor.focus({ preventScroll: true });
    const isSame = values.length === chosen.length && values.every((value) => chosen.includes(value));
    if (values.length >= low && values.length && (!many || !isSame)) told(values);
    else if (many && low === 0 && !isSame) told(values);
  });
  anchor.setAttribute("aria-expanded", "true");
  anchor.setAttribute("aria-controls", list.node.id);
  list.ownedBy(list.node);
  list.node.addEventListener("keydown", (event) =>
    keyed(event, list, () => finish([...chosen]), close, many),
  );
  list.node.focus({ preventScroll: true });
}

let typed = "";
let typedAt = 0;

function keyed(event, list, cancel, close, many) {
  if (event.key === "Escape") cancel();
  else if (event.key === "Tab") close();
  else if (event.key === "Enter" || event.key === " ") list.take();
  else if (event.key === "Home" || event.key === "End")
    list.activate(event.key === "Home" ? 0 : list.options.length - 1);
  else if (!list.moved(event.key) && event.key.length === 1) seek(event, list);
  else if (event.key.length > 1 && !["ArrowDown", "ArrowUp", "PageUp", "PageDown"].includes(event.key))
    return;
  if (event.key === "Tab" && !many) return;
  event.preventDefault();
  event.stopPropagation();
}

function seek(event, list) {
  typed = event.timeStamp - typedAt < 700 ? typed + event.key : event.key;
  typedAt = event.timeStamp;
  const at = list.options.findIndex((option) => option.label.toLowerCase().startsWith(typed.toLowerCase()));
  if (at >= 0) list.activate(at);
}
