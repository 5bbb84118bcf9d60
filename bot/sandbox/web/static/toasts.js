// Short notes that come and go: what a fate did, what could not be done; and the voice for screen readers.

import { h, sign } from "./dom.js";
import { CLOSE } from "./icons.js";

const SHOWN = 6000; // ms
const MOST = 3;

const box = h("div", { class: "toasts", role: "status", "aria-label": "Notes" });
const voice = h("div", { class: "hidden", role: "status", "aria-live": "polite", id: "voice" });

/** Put both into the page. */
export function placeToasts(main) {
  main.append(box, voice);
}

/** Show a note for some seconds. */
export function toast(text) {
  const node = h(
    "div",
    { class: "toast" },
    h("span", null, text),
    sign("Close the note", CLOSE, () => node.remove(), { size: 16 }),
  );
  box.append(node);
  while (box.children.length > MOST) box.firstChild.remove();
  setTimeout(() => node.remove(), SHOWN);
}

/** Let a screen reader say something when it has time. */
export function say(text) {
  voice.textContent = text;
}
