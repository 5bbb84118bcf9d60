// Discord's markdown by lines: headings, subtext, quotes, lists, blocks of code. What is in a line is `inline`'s.

import { h } from "./dom.js";
import { spans } from "./inline.js";

const FENCE = /```(?:([\w+#.-]+)\n)?\n*([^]*?)\n*```/y;
const QUOTE_ALL = /^>>> ([^]*)$/;
const QUOTE = /^> ?(?=[^>]|$)(.*)$/;
const HEADING = /^(#{1,3})\s+(\S.*)$/;
const SUBTEXT = /^-#\s+(\S.*)$/;
const ITEM = /^( *)(?:[-*]|(\d{1,9})\.)\s+(\S.*)$/;

/** Return the nodes of a text of one or more lines. */
export function markdown(text) {
  const blocks = [];
  for (const [kind, piece] of pieces(text ?? "")) {
    if (kind === "code") blocks.push(h("pre", { class: "code-block", tabindex: 0 }, h("code", null, piece)));
    else lines(piece, blocks);
  }
  return blocks;
}

/** Return a text in one line, as replies show it: nothing in it can be pressed, since the line is a link. */
export function oneLine(text) {
  const bare = (text ?? "").replace(/^(?:>>>|>|#{1,3}|-#)\s/gm, "").replace(/\s+/g, " ");
  const line = h("span", null, spans(bare).slice(0, 40));
  for (const link of line.querySelectorAll("a")) link.replaceWith(...link.childNodes);
  for (const spoiler of line.querySelectorAll(".spoiler")) {
    for (const name of ["role", "tabindex", "data-act", "aria-label"]) spoiler.removeAttribute(name);
  }
  return line;
}

function* pieces(text) {
  let from = 0;
  for (let at = text.indexOf("```"); at >= 0; at = text.indexOf("```", Math.max(at + 3, from))) {
    FENCE.lastIndex = at;
    const found = FENCE.exec(text);
    if (!found) break;
    if (at > from) yield ["text", text.slice(from, at).replace(/\n$/, "")];
    yield ["code", found[2]];
    from = FENCE.lastIndex;
    if (text[from] === "\n") from++;
  }
  if (from < text.length) yield ["text", text.slice(from)];
}

function lines(text, blocks) {
  const left = text.split("\n");
  const plain = [];
  const flush = () => {
    if (plain.length) blocks.push(h("div", { class: "lines" }, spans(plain.splice(0).join("\n"))));
  };
  while (left.length) {
    const all = QUOTE_ALL.exec(left.join("\n"));
    const block = all ? quote(left.splice(0) && all[1]) : special(left);
    if (block) {
      flush();
      blocks.push(block);
    } else {
      plain.push(left.shift());
    }
  }
  flush();
}

function special(left) {
  const heading = HEADING.exec(left[0]);
  if (heading) return left.shift() && h("h3", { class: `heading h${heading[1].length}` }, spans(heading[2]));
  const subtext = SUBTEXT.exec(left[0]);
  if (subtext) return left.shift() && h("small", { class: "subtext" }, spans(subtext[1]));
  if (QUOTE.test(left[0]))
    return quote(
      taken(left, QUOTE)
        .map(([, line]) => line)
        .join("\n"),
    );
  if (!ITEM.test(left[0])) return null;
  const items = taken(left, ITEM);
  const found = h("div", { class: "lists" });
  while (items.length) found.append(list(items));
  return found;
}

function taken(left, pattern) {
  const found = [];
  while (left.length && pattern.test(left[0])) found.push(pattern.exec(left.shift()));
  return found;
}

const quote = (text) => h("blockquote", { class: "quote" }, markdown(text));

function list(items) {
  const [first] = items;
  const depth = first[1].length;
  const node = first[2] ? h("ol", { start: first[2] }) : h("ul", null);
  while (items.length && items[0][1].length >= depth) {
    const isDeeper = items[0][1].length > depth + 1;
    if (isDeeper && node.lastChild) node.lastChild.append(list(items));
    else if (Boolean(items[0][2]) !== Boolean(first[2])) break;
    else node.append(h("li", null, spans(items.shift()[3])));
  }
  return node;
}
