// Times in words, in the language of the member that one plays, and the clock that keeps countdowns going.

import { h } from "./dom.js";
import { state } from "./store.js";

const STYLES = {
  t: { timeStyle: "short" },
  T: { timeStyle: "medium" },
  d: { dateStyle: "short" },
  D: { dateStyle: "long" },
  f: { dateStyle: "long", timeStyle: "short" },
  F: { dateStyle: "full", timeStyle: "short" },
};
const STEPS = [
  ["second", 60],
  ["minute", 60],
  ["hour", 24],
  ["day", 30],
  ["month", 12],
  ["year", Infinity],
];

const locale = () => state.me?.locale ?? "en-US";

const written = (date, style) => new Intl.DateTimeFormat(locale(), style).format(date);

/** Return how far away a moment is: "in 12 seconds". */
export function distance(date, now = Date.now()) {
  let left = (date.getTime() - now) / 1000;
  for (const [unit, most] of STEPS) {
    if (Math.abs(left) < most) return new Intl.RelativeTimeFormat(locale()).format(Math.round(left), unit);
    left /= most;
  }
  return "";
}

/** Return the node of a `<t:...>`: the moment in Discord's style, R counting on by itself. */
export function timestamp(seconds, style = "f") {
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) return document.createTextNode("Invalid date");
  const shown = style === "R" ? distance(date) : written(date, STYLES[style] ?? STYLES.f);
  const counting = style === "R" ? { "data-counts": seconds } : {};
  return h(
    "time",
    { class: "stamp", datetime: date.toISOString(), title: written(date, STYLES.F), ...counting },
    shown,
  );
}

/** Return the time beside an author's name. */
export function posted(iso) {
  const date = new Date(iso);
  const days = dayNumber(new Date()) - dayNumber(date);
  const time = written(date, STYLES.t);
  const shown =
    days === 0 ? time : days === 1 ? `Yesterday at ${time}` : `${written(date, STYLES.d)}, ${time}`;
  return h("time", { class: "posted", datetime: iso, title: written(date, STYLES.F) }, shown);
}

/** Return the time alone, for the margin. */
export const shortTime = (iso) => written(new Date(iso), STYLES.t);

/** Return the day in words. */
export const dayOf = (iso) => written(new Date(iso), STYLES.D);

const dayNumber = (date) =>
  Math.round(new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime() / 86_400_000);

/** Keep every countdown of the page going, until the page closes. */
export function keepCounting() {
  setInterval(() => {
    for (const node of document.querySelectorAll("time[data-counts]")) {
      const shown = distance(new Date(Number(node.dataset.counts) * 1000));
      if (node.textContent !== shown) node.textContent = shown;
    }
  }, 1000);
}
