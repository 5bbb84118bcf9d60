// Files that wait in the line until their message is sent.

import { h, sign } from "./dom.js";
import { preview } from "./files.js";
import { BIN } from "./icons.js";

const MOST = 10; // files of one message, Discord's limit

/** Holds the files; `node` shows them, `dropped` is told when one is taken out. */
export class Held {
  constructor(dropped) {
    this.dropped = dropped;
    this.held = [];
    this.node = h("div", { class: "held", hidden: true });
  }

  get files() {
    return this.held.map((one) => one.file);
  }

  /** Take files in, as many as a message may have. */
  add(files) {
    const room = [...files].slice(0, MOST - this.held.length);
    this.held.push(...room.map((file) => ({ file, view: preview(file) })));
    this.draw();
  }

  /** Let all files go and return them. */
  empty() {
    const { files } = this;
    for (const one of this.held) one.view.gone();
    this.held = [];
    this.draw();
    return files;
  }

  drop(one) {
    one.view.gone();
    this.held = this.held.filter((other) => other !== one);
    this.draw();
    this.dropped();
  }

  draw() {
    this.node.hidden = !this.held.length;
    this.node.replaceChildren(...this.held.map((one) => this.card(one)));
  }

  card(one) {
    const remove = () => this.drop(one);
    return h(
      "div",
      { class: "held-file" },
      one.view.node,
      h("span", { class: "drop-name" }, one.file.name),
      sign(`Remove ${one.file.name}`, BIN, remove, { size: 18, class: "quiet danger" }),
    );
  }
}
