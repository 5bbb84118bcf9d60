// What the page asks of its server. Owns the addresses and the shape of the acts, and never decides anything.

import { state } from "./store.js";

/** An act that Discord's own client would refuse, with the sentence to show. */
export class Refusal extends Error {
  constructor(sentence, status = 0) {
    super(sentence);
    this.status = status;
  }
}

/** Return a number for one act, by which its answer is found. */
export const nonce = () => crypto.randomUUID();

/** Return everything that a member sees. */
export async function fetchState(as) {
  const answer = await fetch(`/api/state${as ? `?as=${encodeURIComponent(as)}` : ""}`);
  if (!answer.ok) throw new Refusal(await reason(answer), answer.status);
  return answer.json();
}

/** Do an act of the member that one plays. */
export const act = (path, body) =>
  send(path, JSON.stringify({ as: state.me.id, ...body }), { "Content-Type": "application/json" });

/** Do an act with files: a list of `[field, File]`. */
export function actWithFiles(path, body, files) {
  const form = new FormData();
  form.append("act", JSON.stringify({ as: state.me.id, ...body }));
  for (const [field, file] of files) form.append(field, file, file.name);
  return send(path, form, {});
}

/** Turn one of the fates. */
export const turnFate = (name, value = true) =>
  send("/api/fate", JSON.stringify({ name, value }), { "Content-Type": "application/json" });

async function send(path, body, headers) {
  let answer;
  try {
    answer = await fetch(path, { method: "POST", body, headers });
  } catch {
    throw new Refusal("The demo does not answer. Is it still running?");
  }
  if (!answer.ok) throw new Refusal(await reason(answer));
  return answer.json();
}

async function reason(answer) {
  try {
    const { error } = await answer.json();
    return error || `The demo answered ${answer.status}.`;
  } catch {
    return `The demo answered ${answer.status}.`;
  }
}
