// A list of options with one active, by pointer and by keyboard: the base of menus of choices and of suggestions.

import { h, icon, uid } from "./dom.js";
import { emoji } from "./components.js";
import { CHECK } from "./icons.js";

/** Holds the options of a listbox; `pick` is called with the option that was chosen. */
export class Listbox {
  constructor({ label, pick, many = false, draw = drawOption }) {
    this.pick = pick;
    this.draw = draw;
    this.many = many;
    this.options = [];
    this.chosen = new Set();
    this.at = -1;
    this.owner = null;
    this.node = h("div", {
      class: "listbox",
      role: "listbox",
      id: uid("list"),
      "aria-label": label,
      "aria-multiselectable": many ? "true" : null,
    });
    this.node.addEventListener("pointermove", (event) => this.hover(event));
    // The pointer must not take the focus from where one types.
    this.node.addEventListener("mousedown", (event) => event.preventDefault());
    this.node.addEventListener("click", (event) => this.clicked(event));
  }

  /** Show these options; the first, or the first chosen, becomes active. */
  show(options, chosen = []) {
    this.options = options;
    this.chosen = new Set(chosen);
    this.rows = options.map((option) => this.row(option));
    this.node.replaceChildren(
      ...(this.rows.length
        ? this.rows
        : [
            h(
              "div",
              { class: "nothing", role: "option", "aria-disabled": "true", "aria-selected": "false" },
              "No options match",
            ),
          ]),
    );
    const first = options.findIndex((option) => this.chosen.has(option.value));
    this.activate(options.length ? Math.max(0, first) : -1);
  }

  /** Say which element has the focus while the list is open. */
  ownedBy(owner) {
    this.owner = owner;
    this.activate(this.at);
  }

  get active() {
    return this.options[this.at];
  }

  activate(at) {
    this.rows?.[this.at]?.classList.remove("active");
    this.at = at;
    const row = this.rows?.[at];
    row?.classList.add("active");
    row?.scrollIntoView({ block: "nearest" });
    if (!this.owner) return;
    if (row) this.owner.setAttribute("aria-activedescendant", row.id);
    else this.owner.removeAttribute("aria-activedescendant");
  }

  /** Move by the keys that lists know; true where the key was one of them. */
  moved(key) {
    const last = this.options.length - 1;
    if (last < 0) return false;
    const to = {
      ArrowDown: this.at >= last ? 0 : this.at + 1,
      ArrowUp: this.at <= 0 ? last : this.at - 1,
      PageDown: last,
      PageUp: 0,
    }[key];
    if (to === undefined) return false;
    this.activate(to);
    return true;
  }

  /** Choose the active option; true where there is one. */
  take() {
    if (!this.active) return false;
    this.pick(this.active);
    return true;
  }

  /** Mark what is chosen now, of several. */
  mark(chosen) {
    this.chosen = new Set(chosen);
    this.rows.forEach((row, index) =>
      row.setAttribute("aria-selected", String(this.chosen.has(this.options[index].value))),
    );
  }

  row(option) {
    return h(
      "div",
      {
        class: "option",
        role: "option",
        id: uid("option"),
        "aria-selected": String(this.chosen.has(option.value)),
      },
      this.draw(option),
    );
  }

  hover(event) {
    const at = this.rows.indexOf(event.target.closest(".option"));
    if (at >= 0 && at !== this.at) this.activate(at);
  }

  clicked(event) {
    const at = this.rows.indexOf(event.target.closest(".option"));
    if (at < 0) return;
    this.activate(at);
    this.take();
  }
}

function drawOption(option) {
  return [
    emoji(option.emoji),
    h(
      "span",
      { class: "option-words" },
      h("span", { class: "option-label" }, option.label),
      option.description && h("small", null, option.description),
    ),
    h("span", { class: "tick" }, icon(CHECK, 18)),
  ];
}
