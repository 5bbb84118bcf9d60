// What the page knows: the server's state as one member sees it, and what this tab has under way.
// Owns no node; views read `state` and are told by topic when it has changed.

export const state = {
  me: null,
  members: [],
  guild: null,
  channels: [],
  commands: [],
  fates: {},
  bot: { state: "starting", name: "Zoetrope" },
  here: null,
  pending: new Map(),
  refused: new Map(),
  dismissed: new Set(),
  unread: new Map(),
  replyTo: null,
  notes: [],
  locales: [],
  uploadLimit: Infinity,
};

const readers = new Map();

/** Call `read` whenever one of the topics has changed. */
export function on(topics, read) {
  for (const topic of topics.split(" ")) readers.set(topic, [...(readers.get(topic) ?? []), read]);
}

/** Tell that something about these topics has changed. */
export function changed(...topics) {
  const told = new Set(topics.flatMap((topic) => readers.get(topic) ?? []));
  for (const read of told) read();
}

/** Take the server's whole state in, after the start, a reconnect or another member. */
export function replaceAll(found) {
  const { me, members, guild, channels, commands, fates, bot } = found;
  Object.assign(state, { me, members, guild, channels, commands, fates, bot });
  state.notes = found.notes ?? state.notes;
  state.locales = found.locales ?? [];
  state.uploadLimit = found.discord?.upload_limit ?? Infinity;
  for (const channel of channels) channel.messages.sort(byAge);
  const known = channels.some((channel) => channel.id === state.here);
  if (!known) state.here = channels.find((channel) => channel.kind === "text")?.id ?? channels[0]?.id ?? null;
  changed("me", "places", "messages", "commands", "fates", "bot", "notes");
}

/** Return the channel that is shown. */
export const here = () => channelOf(state.here);

/** Return a channel by its id. */
export const channelOf = (id) => state.channels.find((channel) => channel.id === id);

/** Return a message of any channel by its id. */
export function messageOf(id) {
  for (const channel of state.channels) {
    const found = channel.messages.find((message) => message.id === id);
    if (found) return found;
  }
  return null;
}

/** Return what is known of a person or the bot by id. */
export function personOf(id) {
  if (id === state.bot.id) return { ...state.bot, bot: true };
  return state.members.find((member) => member.id === id) ?? null;
}

/** Put a new or changed message in its place; true where it is new. */
export function putMessage(channelId, message) {
  const list = channelOf(channelId)?.messages;
  if (!list) return false;
  const at = list.findIndex((one) => one.id === message.id);
  if (at >= 0) list[at] = message;
  else list.push(message);
  if (at < 0) list.sort(byAge);
  if (at < 0 && channelId !== state.here) count(channelId, message);
  state.refused.delete(message.id);
  changed("messages");
  return at < 0;
}

/** Take a message away. */
export function dropMessage(channelId, id) {
  const channel = channelOf(channelId);
  if (!channel) return;
  channel.messages = channel.messages.filter((message) => message.id !== id);
  changed("messages");
}

/** Show another channel. */
export function goTo(channelId) {
  state.here = channelId;
  state.unread.delete(channelId);
  state.replyTo = null;
  changed("places", "messages", "reply");
}

function count(channelId, message) {
  const before = state.unread.get(channelId) ?? { messages: 0, pings: 0 };
  const pings = before.pings + (message.pings_me ? 1 : 0);
  state.unread.set(channelId, { messages: before.messages + 1, pings });
  changed("places");
}

/** Order ids by age: the shorter number is the older one. */
export function byAge(one, other) {
  return one.id.length - other.id.length || (one.id < other.id ? -1 : one.id > other.id ? 1 : 0);
}
