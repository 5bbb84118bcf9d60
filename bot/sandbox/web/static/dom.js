// Builds nodes. Everything shown goes through here as text or attributes: nothing is ever parsed as HTML.

/** Make an element: `h("p", {class: "note", onclick: act}, "text", child)`; null and false are left out. */
export function h(tag, props, ...children) {
  return fill(document.createElement(tag), props, children);
}

const SVG = "http://www.w3.org/2000/svg";

/** Make an icon from one path, for the eye only. */
export function icon(path, size = 20) {
  const svg = document.createElementNS(SVG, "svg");
  const shape = document.createElementNS(SVG, "path");
  shape.setAttribute("d", path);
  return fill(
    svg,
    { viewBox: "0 0 24 24", width: size, height: size, "aria-hidden": "true", class: "icon" },
    [shape],
  );
}

function fill(node, props, children) {
  for (const [name, value] of Object.entries(props ?? {})) give(node, name, value);
  node.append(
    ...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false),
  );
  return node;
}

function give(node, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
  else if (name === "value") node.value = value;
  else node.setAttribute(name, value === true ? "" : String(value));
}

/** Make a button that shows an icon and is called `label`. */
export function sign(label, path, onclick, { size = 20, ...more } = {}) {
  return h(
    "button",
    { class: "quiet", type: "button", "aria-label": label, title: label, onclick, ...more },
    icon(path, size),
  );
}

/** Set CSS variables or properties; the page's policy forbids style attributes, not this. */
export function styled(node, styles) {
  for (const [name, value] of Object.entries(styles)) node.style.setProperty(name, value);
  return node;
}

/** Return an address that a link or a picture may have, else null: the web's, or a file of this page. */
export function safeAddress(text) {
  if (typeof text !== "string") return null;
  if (/^\/(media|static)\//.test(text)) return text;
  return /^https?:\/\//i.test(text) && URL.canParse(text) ? text : null;
}

/** Tell in words how many bytes a file has, as Discord writes it. */
export function sizeOf(bytes) {
  const units = ["bytes", "KB", "MB", "GB"];
  const step = bytes < 1 ? 0 : Math.min(3, Math.floor(Math.log(bytes) / Math.log(1024)));
  return `${(bytes / 1024 ** step).toFixed(step ? 2 : 0)} ${units[step]}`;
}

let made = 0;
/** Return an id that no other element has. */
export const uid = (stem) => `${stem}-${++made}`;
