// Whom this tab plays: asks for everything that the member sees, then takes in what happens, in order.
// What comes while everything is being asked for waits, so that nothing falls between the two.

import { forgetAll, settled } from "./acts.js";
import { fetchState, Refusal } from "./api.js";
import { openForm } from "./dialog.js";
import { Live } from "./live.js";
import { picked } from "./picks.js";
import { closePopover } from "./popover.js";
import { changed, dropMessage, putMessage, replaceAll, state } from "./store.js";
import { say, toast } from "./toasts.js";

const KEPT = "as"; // where the tab remembers whom it plays, over a reload

let waiting = null;
let isBroken = false;
let line = Promise.resolve();

const live = new Live({ read: take, opened: () => refresh(), lost: () => lost(true), revive });

const TAKE = {
  message: ({ channel, message }) => takeMessage(channel, message),
  gone: ({ channel, id }) => dropMessage(channel, id),
  interaction: settled,
  // Another tab of the same member hears of the form too; it opens where it was asked for.
  modal: ({ interaction, nonce, modal }) => state.pending.has(nonce) && openForm(interaction, modal),
  choices: ({ nonce, choices }) => session.choices(nonce, choices),
  bot: ({ bot }) => set("bot", bot),
  fates: ({ fates }) => set("fates", fates),
  commands: ({ commands }) => set("commands", commands),
  members: ({ members, me }) => takeMembers(members, me),
  note: (note) => takeNote(note),
};

/** What the page is told of: the bot's suggestions, whether notes are seen, whether the server is there. */
export const session = { choices: () => {}, notesAreSeen: () => true, lost: () => {} };

/** Begin as the member of before, or as the first. */
export const begin = () => become();

/** Play a member: theirs is everything that is shown from now on. */
export async function become(id) {
  if (await refresh(id)) live.listen(state.me.id);
  else live.retry();
}

/** Ask for everything again; true where it came. One asks after the other: the answer asked for last stays. */
function refresh(id) {
  line = line.catch(() => {}).then(() => askAll(id ?? state.me?.id ?? sessionStorage.getItem(KEPT)));
  return line;
}

async function askAll(id) {
  waiting = [];
  try {
    const found = await fetchState(id).catch((error) =>
      error.status === 404 ? fetchState(null) : Promise.reject(error),
    );
    const isOther = state.me && state.me.id !== found.me.id;
    // What was under way when the line broke may have been answered meanwhile.
    if (isBroken || isOther) forgetAll();
    if (isOther) forgetOther();
    replaceAll(found);
    sessionStorage.setItem(KEPT, found.me.id);
    lost(false);
    return true;
  } catch (error) {
    if (!(error instanceof Refusal) && !(error instanceof TypeError)) throw error;
    return false;
  } finally {
    const late = waiting;
    waiting = null;
    if (state.me) for (const event of late) take(event);
  }
}

async function revive() {
  return (await refresh()) ? state.me.id : null;
}

function lost(isLost) {
  isBroken = isLost;
  session.lost(isLost);
}

function forgetOther() {
  closePopover();
  document.querySelector("dialog.form")?.close();
  state.dismissed.clear();
  state.refused.clear();
  state.unread.clear();
  state.replyTo = null;
}

function take(event) {
  if (waiting) waiting.push(event);
  else TAKE[event.type]?.(event);
}

function set(name, value) {
  state[name] = value;
  changed(name);
}

function takeMessage(channel, message) {
  for (const key of picked.keys()) if (key.startsWith(`${message.id}/`)) picked.delete(key);
  const isNew = putMessage(channel, message);
  if (isNew && message.author.id !== state.me.id && channel === state.here)
    say(`${message.author.name}: ${spoken(message)}`);
}

function spoken(message) {
  if (message.thinking) return "is thinking";
  const text = (parts) => (parts ?? []).flatMap((part) => [part.content, ...text(part.components)]);
  const words = [message.content, ...text(message.components)].filter(Boolean).join(" ");
  return (
    words
      .replace(/\|\|[^]*?\|\|/g, "spoiler")
      .replace(/<[^>]*>|[*_#>|`]/g, "")
      .trim()
      .slice(0, 200) || "an attachment"
  );
}

function takeMembers(members, me) {
  Object.assign(state, { members, me });
  changed("me", "messages", "commands");
}

function takeNote(note) {
  state.notes = [...state.notes, note];
  changed("notes");
  if (!session.notesAreSeen()) toast(note.text);
}
