// What a member does to messages and commands. Owns what is under way in this tab; the server does the rest.

import { act, actWithFiles, nonce, Refusal } from "./api.js";
import { bot } from "./faces.js";
import { picked, pickKey } from "./picks.js";
import { changed, messageOf, state } from "./store.js";
import { toast } from "./toasts.js";

const NO_ANSWER = "The application did not respond";
const FAILED = "This interaction failed";

/** Press a button of a message. */
export const press = (message, id) => touch(message, id, "/api/press", {});

/** Choose values in a select menu of a message. */
export function choose(message, id, values) {
  picked.set(pickKey(message, id), values);
  return touch(message, id, "/api/choose", { values });
}

async function touch(message, id, path, more) {
  const number = nonce();
  state.refused.delete(message);
  begin(number, { message, part: id });
  try {
    await act(path, { message, custom_id: id, nonce: number, ...more });
  } catch (error) {
    end(number);
    refuse(message, sentence(error));
  }
}

/** Use an entry of a message's menu. */
export async function useMenu(message, name) {
  const number = nonce();
  begin(number, { ghost: true, name, isSlash: false, channel: state.here });
  try {
    await act("/api/menu", { message, name, nonce: number });
  } catch (error) {
    fail(number, sentence(error));
  }
}

/** Run a slash command; Refusal where the client would not send it, and then nothing is under way. */
export async function run(channel, name, options, files) {
  const number = nonce();
  begin(number, { ghost: true, name, isSlash: true, channel });
  changed("sent");
  try {
    await actWithFiles("/api/command", { channel, name, options, nonce: number }, files);
  } catch (error) {
    end(number);
    throw error;
  }
}

/** Send a form; `told` is called with null once it is answered, or with what went wrong. */
export async function submit(interaction, values, files, told) {
  const number = nonce();
  begin(number, { told });
  try {
    await actWithFiles("/api/submit", { interaction, values, nonce: number }, files);
  } catch (error) {
    end(number);
    told(sentence(error));
  }
}

/** Write an ordinary message; Refusal where it cannot be. */
export async function post(channel, text, replyTo, files) {
  const numbered = files.map((file, index) => [`file${index + 1}`, file]);
  await actWithFiles("/api/post", { channel, text, reply_to: replyTo }, numbered);
  changed("sent");
}

/** Take in what became of something that was sent. */
export function settled({ id, state: became }) {
  const one = state.pending.get(id);
  if (!one || became === "sent") return;
  if (became === "failed") return fail(id, one.part ? FAILED : NO_ANSWER);
  end(id);
  one.told?.(null);
}

/** Forget everything under way, as after a new start of the page. */
export function forgetAll() {
  for (const one of state.pending.values()) one.told?.(NO_ANSWER);
  state.pending.clear();
  picked.clear();
}

/** Take a failed command's line away. */
export const forget = (number) => end(number);

function begin(number, one) {
  state.pending.set(number, { at: Date.now(), bot: bot(), ...one });
  changed("messages");
}

function end(number) {
  state.pending.delete(number);
  changed("messages");
}

function fail(number, why) {
  const one = state.pending.get(number);
  if (!one) return;
  if (one.ghost) one.failed = why;
  else state.pending.delete(number);
  if (one.part) refuse(one.message, why);
  one.told?.(why);
  changed("messages");
}

function refuse(message, why) {
  if (!messageOf(message)) return toast(why);
  state.refused.set(message, why);
  changed("messages");
}

function sentence(error) {
  if (error instanceof Refusal) return error.message;
  throw error;
}
