// The left column: the server, its channels and one's own messages with the bot, with what is unread.

import { h, icon } from "./dom.js";
import { appTag, botFace, face } from "./faces.js";
import { HASH } from "./icons.js";
import { goTo, on, state } from "./store.js";

/** Return the column; `left` is called once a channel is chosen. */
export function placesColumn(left) {
  const name = h("h2", { class: "guild" });
  const list = h("nav", { class: "channels", "aria-label": "Channels" });
  const me = h("div", { class: "me" });
  const draw = () => {
    name.textContent = state.guild?.name ?? "";
    list.replaceChildren(...group("Text channels", "text", left), ...group("Direct messages", "dm", left));
    if (state.me)
      me.replaceChildren(
        face(state.me, 32),
        h("div", null, h("strong", null, state.me.name), h("small", null, state.me.role)),
      );
  };
  on("places me bot", draw);
  return h("aside", { class: "places", id: "places", "aria-label": "Server" }, name, list, me);
}

function group(heading, kind, left) {
  const found = state.channels.filter((one) => one.kind === kind);
  return found.length
    ? [h("div", { class: "channels-heading" }, heading), ...found.map((one) => row(one, left))]
    : [];
}

function row(channel, left) {
  const isHere = channel.id === state.here;
  const unread = state.unread.get(channel.id);
  const isDm = channel.kind === "dm";
  const choose = () => {
    goTo(channel.id);
    left();
  };
  const pings = unread?.pings
    ? h("span", { class: "badge", "aria-label": `${unread.pings} mentions` }, String(unread.pings))
    : null;
  return h(
    "button",
    {
      class: `channel${unread ? " unread" : ""}`,
      type: "button",
      "aria-current": isHere ? "page" : null,
      onclick: choose,
    },
    isDm ? h("span", { class: `with-state ${state.bot.state}` }, botFace(24)) : icon(HASH),
    h("span", { class: "channel-name" }, channel.name),
    isDm && appTag(),
    pings,
  );
}
