// Pictures, videos and files in a message, their spoiler covers and alt texts, and the larger view.
// Nodes carry `data-key`, so that an edit of the message leaves what plays alone.

import { h, icon, safeAddress, sign, sizeOf, styled } from "./dom.js";
import { CLOSE, FILE, OUT, PICTURE, SAVE } from "./icons.js";

const VIDEO = /\.(?:mp4|webm|mov|m4v)$/i;
const IMAGE = /\.(?:png|jpe?g|gif|webp|avif|bmp)$/i;
const SOUND = /\.(?:mp3|ogg|wav|flac|m4a)$/i;

/** Return "video", "image", "sound" or "file", by the type that the server tells, else by the name. */
export function kindOf({ content_type: type, url = "", filename }) {
  const name = filename ?? pathOf(url);
  if (type?.startsWith("video/") || (!type && VIDEO.test(name))) return "video";
  if (/^image\/(?!svg)/.test(type ?? "") || (!type && IMAGE.test(name))) return "image";
  if (type?.startsWith("audio/") || (!type && SOUND.test(name))) return "sound";
  return "file";
}

/** Return a gallery of items `{url, content_type, width, height, description, spoiler}`. */
export function gallery(items) {
  return h(
    "div",
    { class: "gallery", "data-count": Math.min(items.length, 10) },
    items.map((item) => exhibit(item, items.length === 1)),
  );
}

/** Return one picture or video in its frame. */
export function exhibit(item, alone = false) {
  const kind = kindOf(item);
  const key = `${item.id && item.id !== "0" ? item.id : pathOf(item.url)}`;
  const frame = h(
    "figure",
    { class: `exhibit ${kind}${alone ? " alone" : ""}`, "data-key": key },
    shown(kind, item),
    altText(item),
    item.spoiler && cover(),
  );
  if (item.width && item.height)
    styled(frame, { "--ratio": `${item.width} / ${item.height}`, "--width": `${item.width}px` });
  return frame;
}

function shown(kind, item) {
  const src = safeAddress(item.url);
  const alt = item.description ?? "";
  // Only what lies here is loaded; the rest is a link, as the page asks no other host for anything.
  if (!src?.startsWith("/")) return elsewhere(src);
  if (kind === "video")
    return h("video", {
      src,
      controls: true,
      preload: "metadata",
      playsinline: true,
      "aria-label": alt || "Video",
      "data-key": `${src}`,
    });
  const picture = h("img", { src, alt, draggable: "false", decoding: "async" });
  if (kind !== "image")
    return h("div", { class: "broken" }, icon(FILE, 32), pathOf(item.url).split("/").pop());
  return h(
    "button",
    {
      class: "zoom",
      type: "button",
      "aria-label": alt ? `Enlarge: ${alt}` : "Enlarge the picture",
      "data-act": "zoom",
    },
    picture,
  );
}

function elsewhere(address) {
  const about = address
    ? h(
        "a",
        { class: "link", href: address, target: "_blank", rel: "noopener noreferrer" },
        "On another host",
      )
    : "This cannot be shown.";
  return h("div", { class: "broken" }, icon(PICTURE, 32), about);
}

function altText(item) {
  if (!item.description) return null;
  return [
    h(
      "button",
      {
        class: "alt",
        type: "button",
        "aria-label": "Description",
        "aria-expanded": "false",
        "data-act": "alt",
      },
      "ALT",
    ),
    h("figcaption", { class: "caption" }, item.description),
  ];
}

/** Return what covers a spoiler until somebody opens it. */
export const cover = () =>
  h(
    "button",
    { class: "cover", type: "button", "aria-label": "Spoiler, select to show", "data-act": "uncover" },
    h("span", null, "Spoiler"),
  );

/** Return an ordinary attachment: shown where it can be, else as a file. */
export function attachments(files) {
  const visible = files.filter((file) => ["image", "video"].includes(kindOf(file)));
  const others = files.filter((file) => !visible.includes(file));
  const spoiler = (file) => Boolean((file.flags ?? 0) & 8) || /^SPOILER_/.test(file.filename ?? "");
  const items = visible.map((file) => ({ ...file, spoiler: spoiler(file) }));
  return [items.length && gallery(items), others.map(fileCard)].filter(Boolean);
}

/** Return a file by its name and size, to be saved. */
export function fileCard(file) {
  const href = safeAddress(file.url);
  const name = file.filename ?? file.name ?? pathOf(file.url).split("/").pop();
  const sound = kindOf(file) === "sound" && href;
  return h(
    "div",
    { class: "file-card", "data-key": pathOf(file.url ?? name) },
    h(
      "div",
      { class: "file-row" },
      icon(FILE, 32),
      h(
        "div",
        { class: "file-about" },
        href ? h("a", { class: "link", href, target: "_blank", rel: "noopener" }, name) : name,
        file.size ? h("small", null, sizeOf(file.size)) : null,
      ),
      href && h("a", { class: "quiet", href, download: name, "aria-label": `Save ${name}` }, icon(SAVE)),
    ),
    sound && h("audio", { src: href, controls: true, preload: "metadata", "data-key": href }),
  );
}

/** Show a picture as large as the window takes it. */
export function enlarge(picture) {
  const close = () => view.close();
  const view = h(
    "dialog",
    { class: "lightbox", "aria-label": picture.alt || "Picture" },
    sign("Close", CLOSE, close, { size: 24, class: "lightbox-close" }),
    h("img", { src: picture.src, alt: picture.alt }),
    picture.alt && h("p", { class: "lightbox-alt" }, picture.alt),
    h(
      "a",
      { class: "link", href: picture.src, target: "_blank", rel: "noopener" },
      icon(OUT, 16),
      " Open in a tab",
    ),
  );
  view.addEventListener("click", (event) => event.target === view && close());
  view.addEventListener("close", () => view.remove());
  document.body.append(view);
  view.showModal();
}

/** Return an address without what changes from one reading to the next. */
export function pathOf(url) {
  try {
    return decodeURIComponent((url ?? "").split(/[?#]/)[0]);
  } catch {
    return url;
  }
}
