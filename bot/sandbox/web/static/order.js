// A slash command while it is filled in: required options first, optional ones as wanted, refused where
// Discord's client refuses, then sent.

import { run } from "./acts.js";
import { Refusal } from "./api.js";
import { Choices } from "./choices.js";
import { localized } from "./commands.js";
import { h } from "./dom.js";
import { counted, optionField } from "./option.js";
import { openSelect } from "./popover.js";
import { state } from "./store.js";

const FILE = 11;

/** A command under way: `node` for the input line, `above` for what is said over it; `done` when it is over. */
export class Order {
  constructor(command, done) {
    this.command = command;
    this.done = done;
    this.fields = [];
    this.pills = h("div", { class: "pills" });
    this.tiles = h("div", { class: "tiles" });
    this.more = h("button", {
      class: "more",
      type: "button",
      "aria-haspopup": "listbox",
      "aria-expanded": "false",
      onclick: () => this.offer(),
    });
    const name = h("span", { class: "order-name" }, `/${command.label}`);
    this.node = h(
      "div",
      { class: "order", role: "group", "aria-label": `/${command.label}` },
      h("div", { class: "order-line" }, name, this.pills, this.more),
      this.tiles,
    );
    this.about = h("div", { class: "about" });
    this.choices = new Choices(command, (choice) => this.fill(choice));
    this.above = h("div", { class: "above" }, this.choices.node, this.about);
    for (const option of command.options.filter((one) => one.required)) this.add(option);
    this.draw();
  }

  /** Begin at the first field. */
  focus() {
    (this.fields.find((field) => field.fault()) ?? this.fields[0])?.focus();
    if (!this.fields.length) this.more.focus();
  }

  add(option) {
    const field = optionField(option, this);
    this.fields.push(field);
    (field.isTile ? this.tiles : this.pills).append(field.node);
    this.draw();
    return field;
  }

  remove(field) {
    const at = this.fields.indexOf(field);
    this.fields.splice(at, 1);
    field.gone();
    field.node.remove();
    this.draw();
    (this.fields[Math.max(0, at - 1)] ?? this.more).focus();
  }

  get left() {
    return this.command.options.filter(
      (option) => !this.fields.some((field) => field.option.name === option.name),
    );
  }

  draw() {
    this.more.hidden = !this.left.length;
    this.more.textContent = `+${this.left.length} ${this.fields.length ? "more" : "optional"}`;
    this.tiles.hidden = !this.tiles.children.length;
  }

  offer() {
    const options = this.left.map((option) => ({
      value: option.name,
      label: localized(option, "name"),
      description: localized(option, "description"),
    }));
    openSelect(this.more, { options, chosen: [], label: "Optional options" }, ([name]) => {
      const option = this.left.find((one) => one.name === name);
      if (option) this.add(option).focus();
    });
  }

  /** Take files that were dropped or pasted, each for an option that has none yet. */
  take(files) {
    for (const file of files) {
      const open = this.fields.find((field) => field.isTile && !field.files().length);
      const next = open ?? this.addNext();
      next?.add([file]);
      next?.focus();
    }
  }

  addNext() {
    const option = this.left.find((one) => one.type === FILE);
    return option && this.add(option);
  }

  entered(field) {
    this.now = field;
    this.say(field);
    this.choices.show(field);
  }

  exited(field) {
    if (this.now === field) this.choices.hide();
  }

  typed(field) {
    field.tell(null);
    this.say(field);
    this.choices.show(field);
    if (field.option.autocomplete) this.choices.ask(field, () => this.values());
  }

  say(field, why = null) {
    const name = h("strong", null, localized(field.option, "name"));
    this.about.classList.toggle("wrong", Boolean(why));
    this.about.replaceChildren(
      name,
      " ",
      why ? h("span", { role: "alert" }, why) : localized(field.option, "description"),
      h("span", { class: "counter" }, field.isTile ? "" : counted(field)),
    );
  }

  fill(choice) {
    this.now.fill(choice);
    this.now.tell(null);
    this.choices.hide();
    const next = this.fields.find((field) => field !== this.now && field.fault());
    if (next) next.focus();
    else this.now.input.focus();
  }

  /** Take the bot's suggestions in. */
  offered(number, choices) {
    const field = this.choices.answered(number, choices);
    if (field && this.now === field) this.choices.show(field);
  }

  keyed(event, field) {
    if (event.isComposing || !(this.choices.moved(event.key) || this.meant(event, field))) return;
    event.preventDefault();
  }

  /** Do what a key means in a field; true where it means something. */
  meant(event, field) {
    if (event.key === "Enter") return this.choices.take() || this.send();
    if (event.key === "Tab") return !event.shiftKey && field.input.value && this.choices.take();
    if (event.key === "Backspace" && !field.input.value) return this.back(field);
    if (event.key !== "Escape" || !this.choices.isOpen) return false;
    this.choices.hide();
    event.stopPropagation();
    return true;
  }

  /** Go back by one field: an optional one is taken out, at the first the command is left. */
  back(field) {
    const at = this.fields.indexOf(field);
    if (!field.option.required) this.remove(field);
    else if (at > 0) this.fields[at - 1].focus();
    else this.done(`/${this.command.label}`);
    return true;
  }

  values() {
    const filled = this.fields.map((field) => [field.option.name, field.value()]);
    return Object.fromEntries(filled.filter(([, value]) => value !== undefined));
  }

  /** Send the command, or go to what the client does not let through. */
  async send() {
    const wrong = this.fields.filter((field) => field.fault());
    for (const field of wrong) field.tell(field.fault());
    if (wrong.length) {
      wrong[0].focus();
      this.choices.hide();
      return this.say(wrong[0], wrong[0].fault());
    }
    const files = this.fields.flatMap((field) => field.files().map((file) => [field.option.name, file]));
    try {
      const going = run(state.here, this.command.name, this.values(), files);
      this.node.inert = true;
      await going;
      this.done();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.node.inert = false;
      this.refused(error.message);
    }
  }

  /** Show the server's refusal at the option that it names, else over the line. */
  refused(sentence) {
    const field = this.fields.find(
      (one) => sentence.startsWith(`${one.option.name}:`) || sentence.startsWith(`${one.option.name} `),
    );
    field?.tell(sentence);
    field?.focus();
    this.about.classList.add("wrong");
    this.about.replaceChildren(h("span", { role: "alert" }, sentence));
  }

  gone() {
    this.choices.gone();
    for (const field of this.fields) field.gone();
  }
}
