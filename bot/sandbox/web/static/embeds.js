// Embeds, the older way to draw a card, as Discord shows them.

import { h, safeAddress, styled } from "./dom.js";
import { colour } from "./components.js";
import { spans } from "./inline.js";
import { markdown } from "./markdown.js";
import { exhibit } from "./media.js";
import { posted } from "./times.js";

/** Return the node of one embed. */
export function embed(found) {
  if (found.type === "image" || (found.type === "gifv" && !found.video))
    return shownAlone(found.image ?? found.thumbnail ?? found);
  if (found.type === "video" && found.video && !found.title) return shownAlone(found.video);
  const node = h(
    "article",
    { class: "embed" },
    h(
      "div",
      { class: "embed-body" },
      found.provider?.name && h("small", { class: "embed-provider" }, found.provider.name),
      author(found.author),
      found.title && h("div", { class: "embed-title" }, linked(found.url, spans(found.title))),
      found.description && h("div", { class: "embed-text" }, markdown(found.description)),
      fields(found.fields),
      found.image && exhibit(found.image, true),
      found.video && exhibit({ ...found.video, content_type: found.video.content_type ?? "video/mp4" }, true),
      footer(found),
    ),
    found.thumbnail && !found.video && h("div", { class: "thumbnail" }, exhibit(found.thumbnail)),
  );
  if (found.color !== undefined && found.color !== null) styled(node, { "--accent": colour(found.color) });
  return node;
}

const shownAlone = (media) => exhibit(media, true);

function author(found) {
  if (!found?.name) return null;
  const face = safeAddress(found.icon_url);
  return h(
    "div",
    { class: "embed-author" },
    face && h("img", { src: face, alt: "" }),
    linked(found.url, [found.name]),
  );
}

function linked(url, children) {
  const href = safeAddress(url);
  return href
    ? h("a", { class: "link", href, target: "_blank", rel: "noopener noreferrer" }, children)
    : h("span", null, children);
}

function fields(list) {
  if (!list?.length) return null;
  return h(
    "div",
    { class: "embed-fields" },
    list.map((field) =>
      h(
        "div",
        { class: field.inline ? "inline" : "" },
        h("strong", null, spans(field.name)),
        h("div", null, markdown(field.value)),
      ),
    ),
  );
}

function footer(found) {
  if (!found.footer?.text && !found.timestamp) return null;
  const face = safeAddress(found.footer?.icon_url);
  return h(
    "footer",
    { class: "embed-footer" },
    face && h("img", { src: face, alt: "" }),
    h("span", null, found.footer?.text ?? ""),
    found.footer?.text && found.timestamp && " • ",
    found.timestamp && posted(found.timestamp),
  );
}
