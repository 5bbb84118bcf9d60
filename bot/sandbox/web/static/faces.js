// Faces and names: a round picture of somebody, or their first letter on their colour.

import { h, safeAddress, styled } from "./dom.js";
import { state } from "./store.js";

const OWN_FACE = "/static/zoetrope.svg";

/** Return somebody's picture; it is for the eye, the name stands beside it. */
export function face(person, size = 40) {
  // The bot has a face before it has said anything.
  const src = person?.id === state.bot.id ? OWN_FACE : safeAddress(person?.avatar);
  const name = person?.name ?? "?";
  const node = src?.startsWith("/")
    ? h("img", { class: "face", src, alt: "", width: size, height: size })
    : h("span", { class: "face letter", "aria-hidden": "true" }, [...name][0] ?? "?");
  return styled(node, {
    "--size": `${size}px`,
    ...(CSS.supports("color", person?.color ?? "") ? { "--face": person.color } : {}),
  });
}

/** Return the bot's picture. */
export const botFace = (size) => face(bot(), size);

/** Return what is known of the bot. */
export const bot = () => ({ ...state.bot, bot: true });

/** Return the tag beside an app's name. */
export const appTag = () => h("span", { class: "app-tag" }, "APP");
