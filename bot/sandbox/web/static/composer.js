// The line at the bottom: messages, files, replies, and the list of commands that `/` opens.

import { post } from "./acts.js";
import { Refusal } from "./api.js";
import { matching } from "./commands.js";
import { h, sign } from "./dom.js";
import { bot, botFace } from "./faces.js";
import { tooLarge } from "./files.js";
import { CLOSE, PLUS, SEND, SLASH } from "./icons.js";
import { Held } from "./held.js";
import { Listbox } from "./listbox.js";
import { Order } from "./order.js";
import { changed, here, messageOf, on, state } from "./store.js";

/** Owns everything from the reply line to the send button. */
export class Composer {
  constructor() {
    this.order = null;
    this.held = new Held(() => this.input.focus());
    this.list = new Listbox({ label: "Commands", pick: (command) => this.begin(command), draw: drawCommand });
    this.list.node.classList.add("commands");
    this.heading = h("div", { class: "list-heading" });
    this.suggestions = h("div", { class: "suggestions", hidden: true }, this.heading, this.list.node);
    this.input = h("textarea", {
      id: "composer",
      class: "composer-input",
      rows: 1,
      "aria-autocomplete": "list",
      "aria-haspopup": "listbox",
      "aria-controls": this.list.node.id,
      autocomplete: "off",
    });
    this.picker = h("input", {
      type: "file",
      multiple: true,
      class: "hidden",
      tabindex: -1,
      "aria-hidden": "true",
      onchange: () => this.picked(),
    });
    this.plus = sign("Attach files", PLUS, () => this.picker.click(), { size: 24 });
    this.leave = sign("Leave the command", CLOSE, () => this.finish(), { size: 24 });
    this.slash = sign("Commands", SLASH, () => this.openCommands(), { size: 22 });
    this.send = sign("Send", SEND, () => this.sent(), { size: 22, class: "quiet send" });
    this.place = h("div", { class: "composer-place" }, this.input);
    this.reply = h("div", { class: "reply-bar", hidden: true });
    this.over = h("div", { class: "over" });
    this.trouble = h("div", { class: "trouble", role: "alert" });
    this.node = h(
      "section",
      { class: "composer", "aria-label": "Write a message" },
      this.suggestions,
      this.over,
      this.trouble,
      this.reply,
      h(
        "div",
        { class: "composer-box" },
        this.held.node,
        h("div", { class: "composer-line" }, this.plus, this.place, this.slash, this.send),
      ),
      this.picker,
    );
    this.listen();
    on("places me", () => this.drawPlace());
    on("reply messages", () => this.drawReply());
    on("commands", () => this.suggest());
  }

  listen() {
    this.input.addEventListener("input", () => this.typed());
    this.input.addEventListener("keydown", (event) => this.keyed(event));
    this.input.addEventListener("blur", () => this.hide());
    this.input.addEventListener("focus", () => this.suggest());
    this.node.addEventListener("keydown", (event) => event.key === "Escape" && this.order && this.finish());
    this.node.addEventListener("paste", (event) => {
      if (!event.clipboardData.files.length) return;
      event.preventDefault();
      this.take(event.clipboardData.files);
    });
  }

  drawPlace() {
    const where = here();
    if (!where) return;
    const label = where.kind === "dm" ? `Message @${where.name}` : `Message #${where.name}`;
    this.input.placeholder = label;
    this.input.setAttribute("aria-label", label);
    if (this.order && (this.orderPlace !== where.id || this.orderOwner !== state.me.id)) this.finish();
  }

  drawReply() {
    const to = state.replyTo && messageOf(state.replyTo);
    if (this.replying === to?.id) return;
    this.replying = to?.id;
    this.reply.hidden = !to;
    if (!to) return;
    const cancel = sign("Cancel the reply", CLOSE, () => this.cancelReply(), { size: 16 });
    this.reply.replaceChildren(h("span", null, "Replying to ", h("strong", null, to.author.name)), cancel);
    this.focus();
  }

  cancelReply() {
    state.replyTo = null;
    changed("reply");
    this.focus();
  }

  focus() {
    if (this.order) this.order.focus();
    else this.input.focus();
  }

  typed() {
    this.trouble.textContent = "";
    this.input.rows = Math.min(8, this.input.value.split("\n").length);
    this.suggest();
  }

  suggest() {
    const { value } = this.input;
    const isCommand =
      !this.order && value.startsWith("/") && !value.includes("\n") && document.activeElement === this.input;
    const exact =
      isCommand && value.endsWith(" ")
        ? matching(value.slice(1)).find((one) => one.label === value.slice(1).trim())
        : null;
    if (exact) return this.begin(exact);
    if (!isCommand) return this.hide();
    this.heading.replaceChildren(botFace(18), bot().name);
    this.list.show(matching(value.slice(1)).map((command) => ({ ...command, value: command.name })));
    this.suggestions.hidden = false;
    this.list.ownedBy(this.input);
  }

  hide() {
    this.suggestions.hidden = true;
    this.input.removeAttribute("aria-activedescendant");
  }

  openCommands() {
    this.input.value = "/";
    this.input.focus();
    this.typed();
  }

  keyed(event) {
    if (event.isComposing) return;
    const isOpen = !this.suggestions.hidden;
    if (isOpen && this.list.moved(event.key)) return event.preventDefault();
    if (event.key === "Escape") return isOpen ? this.hide() : state.replyTo && this.cancelReply();
    const takes = (event.key === "Enter" && !event.shiftKey) || event.key === "Tab";
    if (isOpen && takes && this.list.take()) return event.preventDefault();
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.sent();
    }
  }

  /** Begin to fill a command in. */
  begin(command) {
    this.hide();
    this.input.value = "";
    this.order = new Order(command, (typed) => this.finish(typed));
    [this.orderPlace, this.orderOwner] = [state.here, state.me.id];
    this.place.replaceChildren(this.order.node);
    this.over.replaceChildren(this.order.above);
    this.plus.replaceWith(this.leave);
    this.slash.hidden = true;
    this.order.take(this.held.empty());
    if (command.options.length) this.order.focus();
    else this.send.focus();
  }

  /** Leave the command; `typed` is what stands in the line then. */
  finish(typed = "") {
    this.order?.gone();
    this.order = null;
    this.place.replaceChildren(this.input);
    this.over.replaceChildren();
    this.leave.replaceWith(this.plus);
    this.slash.hidden = false;
    this.input.value = typed;
    this.typed();
    this.input.focus();
  }

  picked() {
    this.take(this.picker.files);
    this.picker.value = "";
  }

  /** Take files that were picked, dropped or pasted. */
  take(files) {
    if (this.order) return this.order.take(files);
    this.trouble.textContent = tooLarge(files) ?? "";
    if (this.trouble.textContent) return;
    this.held.add(files);
    this.input.focus();
  }

  async sent() {
    if (this.order) return this.order.send();
    const text = this.input.value.trim();
    if (!text && !this.held.files.length) return;
    try {
      await post(state.here, text, state.replyTo, this.held.files);
      this.input.value = "";
      this.held.empty();
      state.replyTo = null;
      changed("reply");
      this.typed();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.trouble.textContent = error.message;
    }
  }
}

function drawCommand(command) {
  return [
    botFace(32),
    h(
      "span",
      { class: "option-words" },
      h("span", { class: "option-label" }, `/${command.label}`),
      h("small", null, command.description),
    ),
    h("span", { class: "option-app" }, bot().name),
  ];
}
