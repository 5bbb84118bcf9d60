// One message as Discord shows it: who, when, in answer to what, and all that it holds. JSON in, a node out.

import { components } from "./components.js";
import { h, icon, sign } from "./dom.js";
import { embed } from "./embeds.js";
import { appTag, face } from "./faces.js";
import { EYE, MORE, REPLY, WARN } from "./icons.js";
import { markdown, oneLine } from "./markdown.js";
import { attachments } from "./media.js";
import { state } from "./store.js";
import { posted, shortTime } from "./times.js";

/** Return the node of a message; `isFirst`: it shows its author, as no message of theirs stands just above. */
export function message(shown, isFirst) {
  const name = `by-${shown.id}`;
  const looks = [
    "message",
    isFirst && "first",
    shown.pings_me && "pinged",
    shown.ephemeral && "private",
    isFirst && origin(shown) && "answering",
  ];
  return h(
    "article",
    {
      class: looks.filter(Boolean).join(" "),
      id: `m-${shown.id}`,
      "data-key": shown.id,
      "aria-labelledby": `${name} ${name}-text`,
      tabindex: -1,
    },
    isFirst && origin(shown),
    isFirst
      ? h("div", { class: "margin" }, face(shown.author))
      : h(
          "div",
          { class: "margin" },
          h("time", { class: "short-time", "aria-hidden": "true" }, shortTime(shown.timestamp)),
        ),
    h(
      "div",
      { class: "said" },
      isFirst ? head(shown, name) : h("span", { class: "hidden", id: name }, shown.author.name),
      h("div", { class: "contents", id: `${name}-text` }, contents(shown)),
      notice(shown),
      shown.ephemeral && privately(shown),
    ),
    tools(shown),
  );
}

function head(shown, id) {
  return h(
    "div",
    { class: "head" },
    h("span", { class: "author", id }, shown.author.name),
    shown.author.bot && appTag(),
    posted(shown.timestamp),
  );
}

/** Return the line above a message that says what it answers, if anything. */
function origin(shown) {
  if (shown.reply) return replyLine(shown.reply, shown.message_reference?.message_id);
  if (shown.command)
    return commandLine(
      shown.command.who,
      shown.command.name,
      shown.command.type === undefined || shown.command.type === 1,
    );
  return null;
}

function replyLine(reply, to) {
  const author = typeof reply.author === "string" ? { name: reply.author } : reply.author;
  return h(
    "div",
    { class: "origin" },
    h("span", { class: "hook" }),
    face(author, 16),
    author.bot && appTag(),
    h("span", { class: "origin-who" }, author.name),
    h(
      "a",
      {
        class: "origin-text",
        href: `#m-${reply.id ?? to}`,
        "data-act": "jump",
        "data-channel": state.here,
        "data-to": reply.id ?? to,
      },
      oneLine(reply.text || "Select to see attachment"),
    ),
  );
}

/** Return the line that says who used which command. */
export function commandLine(who, name, isSlash = true) {
  return h(
    "div",
    { class: "origin" },
    h("span", { class: "hook" }),
    face(who, 16),
    h("span", { class: "origin-who" }, who.name),
    " used ",
    h("span", { class: "origin-command" }, `${isSlash ? "/" : ""}${name.replace(/^\//, "")}`),
  );
}

function contents(shown) {
  if (shown.thinking) return h("div", { class: "thinking" }, dots(), `${shown.author.name} is thinking…`);
  const edited =
    shown.edited && h("span", { class: "edited", title: shown.edited_timestamp ?? "" }, "(edited)");
  const parts = [
    shown.content && h("div", { class: "text" }, markdown(shown.content)),
    shown.embeds?.map(embed),
    shown.attachments?.length ? attachments(shown.attachments) : null,
    components(shown),
  ];
  return [parts, edited];
}

/** Return the dots of somebody who is at work. */
export const dots = () => h("span", { class: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i"));

function notice(shown) {
  const sentence = state.refused.get(shown.id);
  return sentence && h("div", { class: "refused", role: "alert" }, icon(WARN, 16), sentence);
}

function privately(shown) {
  return h(
    "div",
    { class: "only-you" },
    icon(EYE, 16),
    "Only you can see this",
    " • ",
    h(
      "button",
      { class: "link", type: "button", "data-act": "dismiss", "data-to": shown.id },
      "Dismiss message",
    ),
  );
}

function tools(shown) {
  return h(
    "div",
    { class: "tools" },
    !shown.ephemeral && sign("Reply", REPLY, null, { "data-act": "reply" }),
    sign("More", MORE, null, { "aria-haspopup": "menu", "data-act": "more" }),
  );
}

/** Return what stands there of a command until the bot answers, or because it did not. */
export function ghost(nonce, act) {
  const { bot } = act;
  const failed = act.failed;
  return h(
    "article",
    { class: "message first private ghost answering", "data-key": nonce },
    commandLine(state.me, act.name, act.isSlash),
    h("div", { class: "margin" }, face(bot)),
    h(
      "div",
      { class: "said" },
      h(
        "div",
        { class: "head" },
        h("span", { class: "author" }, bot.name),
        appTag(),
        posted(new Date(act.at).toISOString()),
      ),
      failed
        ? h("div", { class: "refused", role: "alert" }, icon(WARN, 16), failed)
        : h("div", { class: "thinking" }, dots(), act.isSlash ? "Sending command…" : "Sending…"),
      failed &&
        h(
          "div",
          { class: "only-you" },
          icon(EYE, 16),
          "Only you can see this",
          " • ",
          h(
            "button",
            { class: "link", type: "button", "data-act": "forget", "data-to": nonce },
            "Dismiss message",
          ),
        ),
    ),
  );
}
