// What can be picked for the option one is at: its own choices, or what the bot suggests to what is typed.

import { act, nonce } from "./api.js";
import { Listbox } from "./listbox.js";
import { state } from "./store.js";

const PAUSE = 200; // ms of silence before the bot is asked for suggestions

/** The list over the line; `fill` is called with what was picked. */
export class Choices {
  constructor(command, fill) {
    this.command = command;
    this.list = new Listbox({ label: "Choices", pick: fill });
    this.node = this.list.node;
    this.node.hidden = true;
    this.field = null;
  }

  get isOpen() {
    return !this.node.hidden;
  }

  /** Show what can be picked for a field, if anything. */
  show(field) {
    this.hide();
    const choices = field.choices ?? field.offered;
    if (!choices) return;
    const sought = field.picked || field.offered ? "" : field.input.value.trim().toLowerCase();
    const found = choices.filter((choice) => choice.label.toLowerCase().includes(sought));
    this.field = field;
    this.list.show(found, field.picked ? [field.picked.value] : []);
    this.node.hidden = false;
    this.list.ownedBy(field.input);
    field.input.setAttribute("aria-expanded", "true");
    field.input.setAttribute("aria-controls", this.node.id);
  }

  hide() {
    this.node.hidden = true;
    this.field?.input.setAttribute("aria-expanded", "false");
    this.field?.input.removeAttribute("aria-activedescendant");
    this.field = null;
  }

  /** Move by the keys that lists know; true where the key was one. */
  moved(key) {
    return this.isOpen && this.list.moved(key);
  }

  /** Pick the active choice where the field has none yet; true where there is one. */
  take() {
    return this.isOpen && !this.field.picked && this.list.take();
  }

  /** Ask the bot once the typing pauses; `values` gives the options as they stand then. */
  ask(field, values) {
    clearTimeout(this.pause);
    this.pause = setTimeout(() => {
      this.asked = { nonce: nonce(), field };
      const about = { channel: state.here, name: this.command.name, focused: field.option.name };
      // Suggestions are a help; without them one types on.
      act("/api/autocomplete", { ...about, options: values(), nonce: this.asked.nonce }).catch(() => {});
    }, PAUSE);
  }

  /** Take the bot's answer in; the field that it is for, or null. */
  answered(number, choices) {
    if (this.asked?.nonce !== number) return null;
    this.asked.field.offered = choices.map(({ name, value }) => ({ label: name, value }));
    return this.asked.field;
  }

  gone() {
    clearTimeout(this.pause);
  }
}
