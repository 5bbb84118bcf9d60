// The page's beginning: puts its parts in their places, and opens and closes the drawers.

import { listen } from "./clicks.js";
import { Composer } from "./composer.js";
import { h } from "./dom.js";
import { receive } from "./files.js";
import { downButton, Log } from "./log.js";
import { fatesColumn, lostBar } from "./panel.js";
import { topBar } from "./people.js";
import { placesColumn } from "./places.js";
import { become, begin, session } from "./session.js";
import { keepCounting } from "./times.js";
import { placeToasts } from "./toasts.js";

const NARROW = matchMedia("(max-width: 760px)"); // as in layout.css
const MIDDLE = matchMedia("(max-width: 1100px)");
const DRAWERS = ".places.open, .fates.open";

const composer = new Composer();
const places = placesColumn(leavePlaces);
const fates = fatesColumn(leave);
const shade = h("div", { class: "shade", hidden: true, onclick: leave });
const lost = lostBar();
const box = h("div", {
  class: "log",
  role: "log",
  "aria-label": "Messages",
  "aria-live": "off",
  tabindex: 0,
});
const down = downButton();
const main = h(
  "main",
  { class: "main" },
  topBar(become, drawer),
  lost,
  h("div", { class: "log-frame" }, box, down),
  composer.node,
);

document.getElementById("page").replaceChildren(places, main, fates, shade);
placeToasts(main);
new Log(box, down);
listen(box);
receive(main, (files) => composer.take(files));
addEventListener("keydown", keyed);
for (const width of [NARROW, MIDDLE]) width.addEventListener("change", tell);
keepCounting();

session.choices = (nonce, choices) => composer.order?.offered(nonce, choices);
session.notesAreSeen = () => isShown(fates);
session.lost = (isLost) => (lost.hidden = !isLost);

await begin();
tell();
if (!matchMedia("(pointer: coarse)").matches) composer.focus();

/** Open or close a column; on a narrow page it lies over the messages. */
function drawer(name) {
  const [node, other, isOver] =
    name === "places" ? [places, fates, NARROW.matches] : [fates, places, MIDDLE.matches];
  if (isOver) {
    node.hidden = false;
    other.classList.remove("open");
    node.classList.toggle("open");
  } else {
    node.hidden = !node.hidden;
  }
  tell();
  if (node.classList.contains("open")) node.querySelector("button:not([hidden])").focus();
}

function leave() {
  const open = document.querySelector(DRAWERS);
  open?.classList.remove("open");
  if (!open && !MIDDLE.matches) fates.hidden = true;
  tell();
  main.querySelector(open === places ? ".to-places" : ".to-fates").focus();
}

function leavePlaces() {
  places.classList.remove("open");
  tell();
  composer.focus();
}

function tell() {
  for (const [node, button] of [
    [places, ".to-places"],
    [fates, ".to-fates"],
  ]) {
    main.querySelector(button).setAttribute("aria-expanded", String(isShown(node)));
  }
  const isOver = Boolean(document.querySelector(DRAWERS)) && MIDDLE.matches;
  shade.hidden = !isOver;
  main.inert = isOver;
}

function isShown(node) {
  const isDrawer = node === places ? NARROW.matches : MIDDLE.matches;
  return isDrawer ? node.classList.contains("open") : !node.hidden;
}

function keyed(event) {
  if (event.key === "Escape" && document.querySelector(DRAWERS)) return leave();
  // Typing begins wherever one is, as in Discord.
  const isLetter =
    event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey;
  const isTaken = document.activeElement?.matches(
    "input, textarea, select, [role=listbox], [role=menuitem], [role=radio], video",
  );
  if (isLetter && !isTaken && !main.inert && !composer.order && !document.querySelector("dialog[open]"))
    composer.input.focus();
}
