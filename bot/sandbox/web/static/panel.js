// The panel of fates: what one lets happen to RunComfy, to Discord and to the bot, and what came of it.

import { Refusal, turnFate } from "./api.js";
import { h, icon, sign } from "./dom.js";
import { BIN, CLOSE, WARN } from "./icons.js";
import { on, state } from "./store.js";
import { toast } from "./toasts.js";

const SPEEDS = [0.25, 0.5, 1, 2, 4, 8, 20];
const SECONDS = [0, 1, 2, 5, 10, 20, 30, 60, 120, 300];
const STATES = { running: "running", starting: "starting…", dead: "not running" };

/** Return the column; `left` closes it. */
export function fatesColumn(left) {
  return h(
    "aside",
    { class: "fates", id: "fates", "aria-label": "Fates" },
    h(
      "header",
      { class: "fates-head" },
      h("h2", null, "Fates"),
      sign("Close the fates", CLOSE, left, { class: "quiet fates-close" }),
    ),
    h("p", { class: "fates-about" }, "Let things go wrong, and watch what the bot makes of it."),
    theBot(),
    section(
      "RunComfy",
      slider("speed", "Speed of time", SPEEDS, (value) => `× ${value}`),
      slider("queue", "Time in the queue", SECONDS, (value) => `${value} s`),
      slider("work", "Time of the work", SECONDS, (value) => `${value} s`),
      fate("fail_next", "Fail the next job"),
      fate(
        "lose_answer",
        "Lose the next answer",
        "The next order arrives, but its answer is lost on the way.",
      ),
      fate("runcomfy_503", "RunComfy answers 503, 5 times"),
    ),
    section(
      "Discord",
      fate("discord_503", "Discord answers 503, 5 times"),
      fate("drop_gateway", "Drop the gateway", "The connection by which commands arrive is cut."),
      fate(
        "expire_tokens",
        "Expire the tokens",
        "Cards can no longer be edited by their command's own token.",
      ),
    ),
    happened(),
  );
}

const section = (name, ...children) =>
  h("section", { class: "fate-group", "aria-label": name }, h("h3", null, name), children);

function theBot() {
  const dot = h("span", { class: "bot-dot" });
  const word = h("span", { class: "bot-word", role: "status", "aria-label": "The bot" });
  const start = fate("start", "Start");
  const restart = fate("restart", "Restart", "SIGTERM, then a new process.");
  const kill = fate("kill", "Kill -9", "SIGKILL: a power cut.");
  kill.querySelector("button").classList.add("danger");
  on("bot", () => {
    const { state: now, pid } = state.bot;
    dot.className = `bot-dot ${now}`;
    word.textContent = `${STATES[now] ?? now}${pid ? `, process ${pid}` : ""}`;
    start.hidden = now !== "dead";
    restart.hidden = now === "dead";
    kill.hidden = now === "dead";
  });
  return section(
    "The bot",
    h("p", { class: "bot-state" }, dot, word),
    h("div", { class: "fate-row" }, start, restart, kill),
  );
}

function fate(name, label, hint) {
  const armed = h("span", { class: "armed" });
  const button = h(
    "button",
    { class: "button secondary", type: "button", "data-fate": name, title: hint, onclick: () => turn(name) },
    label,
    armed,
  );
  on("fates", () => {
    const waits = Number(state.fates[name]) || 0;
    armed.textContent = waits ? String(waits) : "";
    armed.title = waits ? `${waits} still to come` : "";
    button.classList.toggle("waiting", waits > 0);
  });
  return h("div", { class: "fate" }, button);
}

function slider(name, label, steps, write) {
  const shown = h("output", { class: "slider-value" });
  const input = h("input", {
    type: "range",
    min: 0,
    max: steps.length - 1,
    step: 1,
    "data-fate": name,
    "aria-label": label,
  });
  const draw = (value) => {
    shown.textContent = write(value);
    input.setAttribute("aria-valuetext", write(value));
  };
  input.addEventListener("input", () => draw(steps[input.value]));
  input.addEventListener("change", () => turn(name, steps[input.value]));
  on("fates", () => {
    const value = state.fates[name];
    if (typeof value !== "number" || (document.activeElement === input && input.matches(":active"))) return;
    input.value = String(nearest(steps, value));
    draw(value);
  });
  return h("label", { class: "slider" }, h("span", { class: "slider-label" }, label, shown), input);
}

function nearest(steps, value) {
  const far = (index) => Math.abs(steps[index] - value);
  return steps.reduce((best, _, index) => (far(index) < far(best) ? index : best), 0);
}

function happened() {
  const list = h("ol", null);
  const box = h("div", { class: "notes", role: "log", "aria-label": "What happened", tabindex: 0 }, list);
  const empty = h("p", { class: "fates-about" }, "Nothing yet.");
  const clear = sign("Clear the list", BIN, () => ((shownFrom = state.notes.length), draw()), {
    size: 16,
    hidden: true,
  });
  let shownFrom = 0;
  const draw = () => {
    const notes = state.notes.slice(shownFrom);
    empty.hidden = notes.length > 0;
    clear.hidden = !notes.length;
    list.replaceChildren(
      ...notes.map((note) =>
        h(
          "li",
          null,
          note.at && h("time", null, new Date(note.at * 1000).toLocaleTimeString(state.me?.locale)),
          note.text,
        ),
      ),
    );
    box.scrollTop = box.scrollHeight;
  };
  on("notes", draw);
  return h(
    "section",
    { class: "fate-group happened", "aria-label": "What happened" },
    h("div", { class: "happened-head" }, h("h3", null, "What happened"), clear),
    empty,
    box,
  );
}

async function turn(name, value) {
  try {
    await turnFate(name, value);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    toast(error.message);
  }
}

/** Return the line that says that the page has lost its server. */
export const lostBar = () =>
  h(
    "div",
    { class: "lost", role: "alert", hidden: true },
    icon(WARN, 18),
    "The demo does not answer. Trying again…",
  );
