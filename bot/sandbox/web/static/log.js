// The messages of a channel: grouped by author and day, changed in place, and at the bottom if one was there.

import { h, icon } from "./dom.js";
import { AT, DOWN, HASH } from "./icons.js";
import { ghost, message } from "./message.js";
import { morph } from "./morph.js";
import { here, on, state } from "./store.js";
import { dayOf } from "./times.js";

const APART = 7 * 60_000; // ms after which Discord shows the author again
const NEAR = 48; // pixels from the bottom that count as there
const BY_HAND = 400; // ms after a movement of the hand in which scrolling is its doing

/** Shows the channel in `box` (scrolls) with `down`, the button that leads back to the bottom. */
export class Log {
  constructor(box, down) {
    this.box = box;
    this.list = h("div", { class: "list" });
    this.down = down;
    this.drawn = new Map();
    this.channel = null;
    this.isDown = true;
    this.top = 0;
    this.moved = -BY_HAND;
    box.append(this.list);
    box.addEventListener("scroll", () => this.scrolled(), { passive: true });
    down.addEventListener("click", () => this.toBottom());
    for (const kind of ["wheel", "touchmove", "pointerdown", "pointermove", "keydown"])
      box.addEventListener(kind, () => (this.moved = performance.now()), { passive: true });
    new ResizeObserver(() => this.isDown && this.toBottom()).observe(this.list);
    new ResizeObserver(() => this.isDown && this.toBottom()).observe(box);
    on("messages me", () => this.draw());
    on("sent", () => this.toBottom());
  }

  scrolled() {
    const { scrollTop: top, scrollHeight, clientHeight } = this.box;
    // What grows below, or shrinks and grows again, must not count as having gone up: only a person goes up.
    if (scrollHeight - top - clientHeight < NEAR) this.isDown = true;
    else if (top < this.top && performance.now() - this.moved < BY_HAND) this.isDown = false;
    this.top = top;
    this.down.hidden = this.isDown;
  }

  toBottom() {
    this.isDown = true;
    this.box.scrollTop = this.box.scrollHeight;
    this.down.hidden = true;
  }

  draw() {
    const channel = here();
    const isOther = this.channel !== channel?.id || this.who !== state.me?.id + state.me?.locale;
    if (isOther) {
      this.list.replaceChildren();
      this.drawn.clear();
      this.channel = channel?.id;
      this.who = state.me?.id + state.me?.locale;
    }
    if (!channel) return;
    arrange(this.list, [...this.rows(channel)]);
    if (isOther || this.isDown) this.toBottom();
  }

  /** Yield the nodes in their order; those that have not changed are the ones that stand there. */
  *rows(channel) {
    yield this.row("welcome", `${channel.id}`, () => welcome(channel));
    let above = null;
    for (const shown of channel.messages) {
      if (state.dismissed.has(shown.id)) continue;
      const day = dayOf(shown.timestamp);
      const isNewDay = !above || dayOf(above.timestamp) !== day;
      if (isNewDay)
        yield this.row(`day-${shown.id}`, day, () =>
          h(
            "div",
            { class: "day", role: "separator", "data-key": `day-${shown.id}`, "aria-label": day },
            h("span", null, day),
          ),
        );
      const isFirst = isNewDay || !joins(above, shown);
      yield this.row(shown.id, stamp(shown, isFirst), () => message(shown, isFirst), shown);
      above = shown;
    }
    for (const [nonce, act] of state.pending) {
      if (act.ghost && act.channel === channel.id)
        yield this.row(nonce, act.failed ?? "", () => ghost(nonce, act));
    }
  }

  row(key, mark, build, about = null) {
    const known = this.drawn.get(key);
    if (known && known.mark === mark && known.about === about) return known.node;
    const fresh = build();
    const node = known ? morph(known.node, fresh) : fresh;
    this.drawn.set(key, { node, mark, about });
    return node;
  }
}

// What a message looks like besides itself: whether it waits, and what was refused in it.
function stamp(shown, isFirst) {
  const waiting = [...state.pending.values()]
    .filter((one) => one.message === shown.id && one.part)
    .map((one) => one.part);
  return `${isFirst}|${waiting}|${state.refused.get(shown.id) ?? ""}`;
}

function joins(above, shown) {
  if (shown.reply || shown.command || above.author.id !== shown.author.id) return false;
  return above.ephemeral === shown.ephemeral && new Date(shown.timestamp) - new Date(above.timestamp) < APART;
}

/** Put the nodes in order with as few moves as possible: what moves would stop playing. */
function arrange(list, nodes) {
  const wanted = new Set(nodes);
  for (const child of [...list.childNodes]) if (!wanted.has(child)) child.remove();
  let place = list.firstChild;
  for (const node of nodes) {
    if (node === place) place = place.nextSibling;
    else list.insertBefore(node, place);
  }
}

function welcome(channel) {
  const isDm = channel.kind === "dm";
  return h(
    "div",
    { class: "welcome", "data-key": "welcome" },
    h("div", { class: "welcome-sign" }, icon(isDm ? AT : HASH, 44)),
    h("h2", null, isDm ? channel.name : `Welcome to #${channel.name}!`),
    h(
      "p",
      null,
      isDm
        ? `This is the beginning of your direct messages with ${channel.name}.`
        : "The bot in here is the real one; Discord and RunComfy are stand-ins on this machine. Type / to see what it can do.",
    ),
  );
}

/** Return the button that leads back to the latest message. */
export const downButton = () =>
  h("button", { class: "to-bottom", type: "button", hidden: true }, "Jump to present", icon(DOWN, 16));
