// The top bar: whom one plays, in which language, and the way to the drawers.

import { act, Refusal } from "./api.js";
import { h, icon, sign } from "./dom.js";
import { face } from "./faces.js";
import { AT, BARS, DIALS, HASH } from "./icons.js";
import { here, on, state } from "./store.js";
import { toast } from "./toasts.js";

/** Return the bar; `become` is called with the id of the member one wants to be, `drawer` with a drawer's name. */
export function topBar(become, drawer) {
  const title = h("h1", { class: "title" });
  const people = h("div", { class: "people", role: "radiogroup", "aria-label": "You are" });
  const language = h("select", {
    class: "language",
    "aria-label": "Language",
    onchange: () => speak(language.value),
  });
  const places = sign("Channels", BARS, () => drawer("places"), {
    size: 22,
    class: "quiet to-places",
    "aria-controls": "places",
  });
  const fates = sign("Fates", DIALS, () => drawer("fates"), {
    size: 22,
    class: "quiet to-fates",
    "aria-controls": "fates",
  });
  people.addEventListener("keydown", (event) => walk(event, people));
  on("places me", () => drawTitle(title));
  on("me", () => {
    drawPeople(people, become);
    drawLanguage(language);
  });
  return h(
    "header",
    { class: "top" },
    places,
    title,
    h(
      "div",
      { class: "who" },
      h("span", { class: "who-label", "aria-hidden": "true" }, "You are"),
      people,
      language,
    ),
    fates,
  );
}

function drawTitle(title) {
  const where = here();
  if (where) title.replaceChildren(icon(where.kind === "dm" ? AT : HASH, 22), h("span", null, where.name));
}

function drawPeople(people, become) {
  const had = people.contains(document.activeElement);
  people.replaceChildren(
    ...state.members.map((member) => {
      const isMe = member.id === state.me.id;
      const about = `${member.name}, ${member.role === "owner" ? "who asks first" : member.role}`;
      return h(
        "button",
        {
          class: "person",
          type: "button",
          role: "radio",
          "aria-checked": String(isMe),
          tabindex: isMe ? 0 : -1,
          "aria-label": about,
          title: about,
          onclick: () => become(member.id),
        },
        face(member, 24),
        h("span", null, member.name),
      );
    }),
  );
  if (had) people.querySelector("[aria-checked=true]").focus();
}

function walk(event, people) {
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const all = [...people.children];
  // From where the focus is: who one becomes is known a moment later.
  const to = all.at((all.indexOf(document.activeElement) + step) % all.length);
  to.focus();
  to.click();
}

function drawLanguage(language) {
  language.replaceChildren(...state.locales.map(({ code, name }) => h("option", { value: code }, name)));
  language.value = state.me.locale;
}

async function speak(locale) {
  try {
    await act("/api/locale", { locale });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    toast(error.message);
  }
}
