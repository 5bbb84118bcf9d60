// The page's beginning: puts its parts together, asks for the state, and takes in what happens.

import { forgetAll, settled } from "./acts.js";
import { fetchState, Refusal } from "./api.js";
import { listen } from "./clicks.js";
import { Composer } from "./composer.js";
import { openForm } from "./dialog.js";
import { h } from "./dom.js";
import { receive } from "./files.js";
import { Live } from "./live.js";
import { downButton, Log } from "./log.js";
import { fatesColumn, lostBar } from "./panel.js";
import { topBar } from "./people.js";
import { picked } from "./picks.js";
import { placesColumn } from "./places.js";
import { closePopover } from "./popover.js";
import { changed, dropMessage, putMessage, replaceAll, state } from "./store.js";
import { keepCounting } from "./times.js";
import { placeToasts, say, toast } from "./toasts.js";

const NARROW = "(max-width: 760px)"; // as in layout.css
const MIDDLE = "(max-width: 1100px)";

const lost = lostBar();
const composer = new Composer();
const live = new Live(take, refresh, () => (lost.hidden = false));

const TAKE = {
  message: ({ channel, message }) => takeMessage(channel, message),
  gone: ({ channel, id }) => dropMessage(channel, id),
  interaction: settled,
  modal: ({ interaction, nonce, modal }) => state.pending.has(nonce) && openForm(interaction, modal),
  choices: ({ nonce, choices }) => composer.order?.offered(nonce, choices),
  bot: ({ bot }) => set("bot", bot),
  fates: ({ fates }) => set("fates", fates),
  commands: ({ commands }) => set("commands", commands),
  members: ({ members, me }) => takeMembers(members, me),
  note: (note) => takeNote(note),
};

function take(event) {
  TAKE[event.type]?.(event);
}

function set(name, value) {
  state[name] = value;
  changed(name);
}

function takeMessage(channel, message) {
  for (const key of picked.keys()) if (key.startsWith(`${message.id}/`)) picked.delete(key);
  const isNew = putMessage(channel, message);
  if (isNew && message.author.id !== state.me.id && channel === state.here) say(`${message.author.name}: ${spoken(message)}`);
}

function spoken(message) {
  if (message.thinking) return "is thinking";
  const text = (parts) => (parts ?? []).flatMap((part) => [part.content, ...text(part.components)]);
  return [message.content, ...text(message.components)].filter(Boolean).join(" ").replace(/<[^>]*>|[*_#>|`]/g, "").slice(0, 200) || "an attachment";
}

function takeMembers(members, me) {
  Object.assign(state, { members, me });
  changed("me", "messages", "commands");
}

function takeNote(note) {
  state.notes = [...state.notes, note];
  changed("notes");
  if (document.getElementById("fates").hidden) toast(note.text);
}

/** Play a member: theirs is everything that is shown from now on. */
async function become(id) {
  await refresh(id);
  sessionStorage.setItem("as", state.me.id);
  live.listen(state.me.id);
}

async function refresh(id = state.me?.id) {
  try {
    const found = await fetchState(id);
    closePopover();
    document.querySelector("dialog.form")?.close();
    forgetAll();
    if (state.me?.id !== found.me.id) forgetOther();
    replaceAll(found);
    lost.hidden = true;
  } catch (error) {
    if (!(error instanceof Refusal) && !(error instanceof TypeError)) throw error;
    // The member may be one of an earlier demo at this address.
    if (id && !state.me) return become(null);
    toast(error.message);
  }
}

function forgetOther() {
  state.dismissed.clear();
  state.refused.clear();
  state.unread.clear();
  state.replyTo = null;
  if (state.channels.find((channel) => channel.id === state.here)?.kind === "dm") state.here = null;
}

function drawer(name) {
  const [node, other] = name === "places" ? [places, fates] : [fates, places];
  const isOver = matchMedia(name === "places" ? NARROW : MIDDLE).matches;
  if (isOver) {
    node.classList.toggle("open");
    other.classList.remove("open");
    node.hidden = false;
  } else {
    node.hidden = !node.hidden;
  }
  told();
  if (node.classList.contains("open")) node.querySelector("button:not([hidden])").focus();
}

function told() {
  for (const [node, button] of [[places, ".to-places"], [fates, ".to-fates"]]) {
    document.querySelector(button).setAttribute("aria-expanded", String(isShown(node)));
  }
  shade.hidden = !document.querySelector(".places.open, .fates.open");
}

const isShown = (node) => getComputedStyle(node).visibility !== "hidden" && !node.hidden && node.getClientRects().length > 0;

function leave() {
  places.classList.remove("open");
  if (!matchMedia(MIDDLE).matches) fates.hidden = true;
  fates.classList.remove("open");
  told();
}

const closePlaces = () => {
  places.classList.remove("open");
  told();
  composer.focus();
};

const places = placesColumn(closePlaces);
const fates = fatesColumn(leave);
const shade = h("div", { class: "shade", hidden: true, onclick: leave });
const box = h("div", { class: "log", role: "log", "aria-label": "Messages", "aria-live": "off", tabindex: 0 });
const down = downButton();
const main = h("main", { class: "main" }, topBar(become, drawer), lost, h("div", { class: "log-frame" }, box, down), composer.node);

document.getElementById("page").replaceChildren(places, main, fates, shade);
placeToasts();
new Log(box, down);
listen(box);
receive(main, (files) => composer.take(files));
addEventListener("keydown", (event) => {
  if (event.key === "Escape" && document.querySelector(".places.open, .fates.open")) leave();
  else typeAnywhere(event);
});
keepCounting();
await become(sessionStorage.getItem("as"));
told();
if (!matchMedia("(pointer: coarse)").matches) composer.focus();

/** Let typing begin wherever one is, as in Discord. */
function typeAnywhere(event) {
  const isLetter = event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey;
  const isTyping = document.activeElement?.matches("input, textarea, select, [role=listbox], [role=menuitem], [role=radio]");
  if (isLetter && !isTyping && !document.querySelector("dialog[open]") && !composer.order) composer.input.focus();
}

