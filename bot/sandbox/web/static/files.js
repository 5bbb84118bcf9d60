// Files that a member attaches: by picker, by drag, from the clipboard; shown small until they are sent.

import { h, icon, sign, sizeOf } from "./dom.js";
import { BIN, FILE, PLUS } from "./icons.js";
import { kindOf } from "./media.js";
import { state } from "./store.js";

/** Return a small view of a file that is not sent yet; `gone` frees it. */
export function preview(file) {
  const kind = kindOf({ content_type: file.type, filename: file.name });
  if (kind !== "image" && kind !== "video")
    return { node: h("span", { class: "thumb" }, icon(FILE, 32)), gone: () => {} };
  const src = URL.createObjectURL(file);
  const node =
    kind === "image"
      ? h("img", { class: "thumb", src, alt: "" })
      : h("video", { class: "thumb", src, muted: true, preload: "metadata", tabindex: -1 });
  // A browser that cannot open it (HEIC, for one) shows what every file has.
  node.addEventListener("error", () => node.replaceWith(h("span", { class: "thumb" }, icon(FILE, 32))));
  return { node, gone: () => URL.revokeObjectURL(src) };
}

/** Return what Discord's client says of files that are too large, or null. */
export function tooLarge(files) {
  const isOver = [...files].some((file) => file.size > state.uploadLimit);
  return isOver ? `Your files are too powerful. The max file size is ${sizeOf(state.uploadLimit)}.` : null;
}

/** Return a place for files: `{node, control, files(), add(list), gone()}`. */
export function drops({ id, label, most = 1, told = () => {} }) {
  let held = [];
  const control = h("input", {
    id,
    type: "file",
    class: "file-input",
    multiple: most > 1,
    "aria-label": label,
  });
  const prompt = h(
    "span",
    { class: "drop-prompt" },
    icon(PLUS, 24),
    h("span", null, "Drag and drop or click to upload file"),
  );
  const list = h("div", { class: "drop-files" });
  const node = h(
    "div",
    { class: "drop" },
    h("label", { class: "drop-area", for: id }, prompt, control),
    list,
  );
  const draw = () => {
    node.classList.toggle("filled", held.length >= most);
    list.replaceChildren(
      ...held.map((one) =>
        h(
          "div",
          { class: "drop-file" },
          one.view.node,
          h("span", { class: "drop-name" }, one.file.name, h("small", null, sizeOf(one.file.size))),
          sign(`Remove ${one.file.name}`, BIN, () => drop(one), { size: 18, class: "quiet danger" }),
        ),
      ),
    );
    told();
    node.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const drop = (one) => {
    one.view.gone();
    held = held.filter((other) => other !== one);
    draw();
    control.focus();
  };
  const add = (files) => {
    const room = most === 1 && files.length ? (gone(), 1) : most - held.length;
    held.push(...[...files].slice(0, room).map((file) => ({ file, view: preview(file) })));
    draw();
  };
  const gone = () => {
    for (const one of held) one.view.gone();
    held = [];
  };
  control.addEventListener("change", () => {
    add(control.files);
    control.value = "";
  });
  receive(node, add);
  return { node, control, add, gone, files: () => held.map((one) => one.file) };
}

/** Let files be dropped on a node. */
export function receive(node, add) {
  node.addEventListener("dragover", (event) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    node.classList.add("hovered");
  });
  node.addEventListener(
    "dragleave",
    (event) => !node.contains(event.relatedTarget) && node.classList.remove("hovered"),
  );
  node.addEventListener("drop", (event) => {
    node.classList.remove("hovered");
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    event.stopPropagation();
    add(event.dataTransfer.files);
  });
}
