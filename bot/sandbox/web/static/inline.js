// Discord's markdown within a line: marks, code, links, mentions, times, spoilers. Text in, nodes out.

import { h, safeAddress } from "./dom.js";
import { channelOf, personOf, state } from "./store.js";
import { timestamp } from "./times.js";

const DEEPEST = 12; // marks within marks; more are shown as typed

const WEB = "(?:https?://|/media/)";
// [words](address "title"), the address perhaps in <>, with one level of brackets in it.
const LINK = `\\[((?:\\\\.|[^\\[\\]\\\\])+)\\]\\(<?(${WEB}(?:[^\\s()<>]|\\([^\\s()]*\\))+)>?(?:\\s+"[^"]*")?\\)`;
const MARKS = [
  [/\\([^A-Za-z0-9\s])/y, ([, sign]) => sign],
  [/(`+)([^]*?[^`])\1(?!`)/y, ([, , code]) => h("code", { class: "code" }, code.trim() || code)],
  [new RegExp(LINK, "y"), (found, deep) => link(found[2], spans(found[1], deep))],
  [new RegExp(`<(https?://[^\\s<>]+)>`, "y"), ([, address]) => link(address, [address])],
  [/https?:\/\/[^\s<]*[^\s<.,:;"'\]*_|)]\/?/y, ([address]) => link(address, [bare(address)])],
  [/<@!?(\d{1,20})>/y, ([, id]) => mention(`@${personOf(id)?.name ?? "unknown-user"}`)],
  [/<#(\d{1,20})>/y, ([, id]) => place(id)],
  [/<@&(\d{1,20})>/y, ([, id]) => role(id)],
  [/<\/([-_\p{L}\p{N} ]{1,100}):\d{1,20}>/uy, ([, name]) => mention(`/${name}`)],
  [/<a?:(\w{2,32}):\d{1,20}>/y, ([, name]) => `:${name}:`],
  [/<t:(-?\d{1,13})(?::([tTdDfFR]))?>/y, ([, seconds, style]) => timestamp(Number(seconds), style)],
  [/@(?:everyone|here)\b/y, ([who]) => mention(who)],
  [/\|\|([^]+?)\|\|/y, ([, inner], deep) => spoiler(spans(inner, deep))],
  [/\*\*((?:\\[^]|[^\\])+?)\*\*(?!\*)/y, ([, inner], deep) => h("strong", null, spans(inner, deep))],
  [/__((?:\\[^]|[^\\])+?)__(?!_)/y, ([, inner], deep) => h("u", null, spans(inner, deep))],
  [/~~([^]+?)~~(?!~)/y, ([, inner], deep) => h("s", null, spans(inner, deep))],
  [/\*(?=\S)((?:\*\*|\\[^]|[^*\\])+?)\*(?!\*)/y, ([, inner], deep) => h("em", null, spans(inner, deep))],
  [/_((?:__|\\[^]|[^\\_])+?)_(?![\p{L}\p{N}_])/uy, ([, inner], deep) => h("em", null, spans(inner, deep))],
];
// What can begin a mark; everything between is taken in one step.
const BEGINNING = /[\\`[<@|*_~]|https?:\/\//g;

/** Return the nodes of a piece of text. */
export function spans(text, depth = 0) {
  if (depth > DEEPEST) return [text];
  const nodes = [];
  let plain = "";
  let at = 0;
  while (at < text.length) {
    BEGINNING.lastIndex = at;
    const next = BEGINNING.exec(text)?.index ?? text.length;
    plain += text.slice(at, next);
    at = next;
    const [found, node] = at < text.length ? mark(text, at, depth + 1) : [null];
    if (found) {
      if (typeof node === "string") plain += node;
      else nodes.push(plain, node);
      if (typeof node !== "string") plain = "";
      at += found[0].length;
    } else if (at < text.length) {
      plain += text[at++];
    }
  }
  nodes.push(plain);
  return nodes.filter((node) => node !== "");
}

function mark(text, at, depth) {
  for (const [pattern, build] of MARKS) {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found && !isInWord(text, at, found[0])) return [found, build(found, depth)];
  }
  return [null];
}

// An underscore inside a word is a letter like others.
const isInWord = (text, at, found) =>
  found[0] === "_" && found[1] !== "_" && /[\p{L}\p{N}]/u.test(text[at - 1] ?? "");

const MESSAGE = /^https?:\/\/(?:\w+\.)?discord(?:app)?\.com\/channels\/(?:\d+|@me)\/(\d+)(?:\/(\d+))?$/;

function link(address, children) {
  const [, channel, message] = MESSAGE.exec(address) ?? [];
  // Links to Discord's own messages lead to the same message on this page.
  if (channel)
    return h(
      "a",
      {
        class: "link",
        href: `#${message ?? channel}`,
        "data-act": "jump",
        "data-channel": channel,
        "data-to": message,
      },
      children,
    );
  const href = safeAddress(address);
  if (!href) return h("span", null, children);
  return h(
    "a",
    { class: "link", href, target: "_blank", rel: "noopener noreferrer nofollow", title: address },
    children,
  );
}

function bare(address) {
  const [, channel] = MESSAGE.exec(address) ?? [];
  return channel ? `#${channelOf(channel)?.name ?? "unknown"} › message` : address;
}

const mention = (name) => h("span", { class: "mention" }, name);

function place(id) {
  const channel = channelOf(id);
  if (!channel) return mention("#unknown");
  return h(
    "a",
    { class: "mention", href: `#${id}`, "data-act": "jump", "data-channel": id },
    `#${channel.name}`,
  );
}

const role = (id) => mention(`@${state.guild.roles.find((one) => one.id === id)?.name ?? "unknown-role"}`);

function spoiler(children) {
  return h(
    "span",
    {
      class: "spoiler",
      role: "button",
      tabindex: 0,
      "aria-label": "Spoiler, select to show",
      "data-act": "unveil",
    },
    h("span", { class: "spoiler-text" }, children),
  );
}
