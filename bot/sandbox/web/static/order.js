// A slash command while it is filled in: required options first, optional ones as wanted, refused where
// Discord's client refuses, then sent.

import { run } from "./acts.js";
import { act, nonce, Refusal } from "./api.js";
import { localized } from "./commands.js";
import { h } from "./dom.js";
import { Listbox } from "./listbox.js";
import { counted, optionField } from "./option.js";
import { openSelect } from "./popover.js";
import { state } from "./store.js";

const FILE = 11;
const PAUSE = 200; // ms of silence before the bot is asked for suggestions

/** A command under way: `node` for the input line, `above` for what is said over it; `done` when it is over. */
export class Order {
  constructor(command, done) {
    this.command = command;
    this.done = done;
    this.fields = [];
    this.pills = h("div", { class: "pills" });
    this.tiles = h("div", { class: "tiles" });
    this.more = h("button", { class: "more", type: "button", "aria-haspopup": "listbox", "aria-expanded": "false", onclick: () => this.offer() });
    const name = h("span", { class: "order-name" }, `/${command.label}`);
    this.node = h("div", { class: "order", role: "group", "aria-label": `/${command.label}` }, h("div", { class: "order-line" }, name, this.pills, this.more), this.tiles);
    this.about = h("div", { class: "about", role: "alert" });
    this.list = new Listbox({ label: "Choices", pick: (choice) => this.fill(choice) });
    this.list.node.hidden = true;
    this.above = h("div", { class: "above" }, this.list.node, this.about);
    for (const option of command.options.filter((one) => one.required)) this.add(option);
    this.draw();
  }

  /** Begin at the first field. */
  focus() {
    (this.fields.find((field) => field.fault()) ?? this.fields[0])?.focus();
    if (!this.fields.length) this.more.hidden ? this.node.querySelector("button, input")?.focus() : this.more.focus();
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
    return this.command.options.filter((option) => !this.fields.some((field) => field.option.name === option.name));
  }

  draw() {
    this.more.hidden = !this.left.length;
    this.more.textContent = `+${this.left.length} ${this.fields.length ? "more" : "optional"}`;
    this.tiles.hidden = !this.tiles.children.length;
  }

  offer() {
    const options = this.left.map((option) => ({ value: option.name, label: localized(option, "name"), description: localized(option, "description") }));
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
    this.suggest(field);
  }

  exited(field) {
    if (this.now === field) this.hide();
  }

  typed(field) {
    field.tell(null);
    this.say(field);
    this.suggest(field);
    if (field.option.autocomplete) this.ask(field);
  }

  say(field, why = null) {
    const name = h("strong", null, localized(field.option, "name"));
    this.about.classList.toggle("wrong", Boolean(why));
    this.about.replaceChildren(name, " ", why ?? localized(field.option, "description"), h("span", { class: "counter" }, field.isTile ? "" : counted(field)));
  }

  suggest(field) {
    const choices = field.choices ?? field.offered;
    if (!choices) return this.hide();
    const sought = field.choices && field.picked ? "" : field.input.value.trim().toLowerCase();
    const found = choices.filter((choice) => field.offered || choice.label.toLowerCase().includes(sought));
    this.list.show(found, field.picked ? [field.picked.value] : []);
    this.list.node.hidden = false;
    this.list.ownedBy(field.input);
    field.input.setAttribute("aria-expanded", "true");
    field.input.setAttribute("aria-controls", this.list.node.id);
  }

  hide() {
    this.list.node.hidden = true;
    this.now?.input?.setAttribute("aria-expanded", "false");
    this.now?.input?.removeAttribute("aria-activedescendant");
  }

  fill(choice) {
    this.now.fill(choice);
    this.now.tell(null);
    this.hide();
    const next = this.fields.find((field) => field !== this.now && field.fault());
    if (next) next.focus();
    else this.now.input.focus();
  }

  /** Ask the bot what it suggests, once the typing pauses; the answer comes to `offered`. */
  ask(field) {
    clearTimeout(this.pause);
    this.pause = setTimeout(() => {
      this.asked = { nonce: nonce(), field };
      const body = { channel: state.here, name: this.command.name, focused: field.option.name, options: this.values(), nonce: this.asked.nonce };
      act("/api/autocomplete", body).catch(() => {});
    }, PAUSE);
  }

  /** Take the bot's suggestions in. */
  offered(number, choices) {
    if (this.asked?.nonce !== number) return;
    this.asked.field.offered = choices.map(({ name, value }) => ({ label: name, value }));
    if (this.now === this.asked.field) this.suggest(this.now);
  }

  keyed(event, field) {
    if (event.isComposing) return;
    const isOpen = !this.list.node.hidden;
    if (isOpen && this.list.moved(event.key)) return event.preventDefault();
    if (event.key === "Escape") isOpen ? (event.stopPropagation(), this.hide()) : this.done();
    else if (event.key === "Enter") isOpen && this.list.active && !field.picked ? this.list.take() : this.send();
    else if (event.key === "Tab" && !event.shiftKey && isOpen && this.list.active && field.input.value && !field.picked) this.list.take();
    else if (event.key === "Backspace" && !field.input.value) field.option.required ? this.back(field) : this.remove(field);
    else return;
    event.preventDefault();
  }

  back(field) {
    if (this.fields.indexOf(field) === 0) this.done(`/${this.command.label}`);
    else this.fields[this.fields.indexOf(field) - 1].focus();
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
      this.hide();
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
    const field = this.fields.find((one) => sentence.startsWith(`${one.option.name}:`) || sentence.startsWith(`${one.option.name} `));
    field?.tell(sentence);
    field?.focus();
    this.about.classList.add("wrong");
    this.about.replaceChildren(sentence);
  }

  gone() {
    clearTimeout(this.pause);
    for (const field of this.fields) field.gone();
  }
}
