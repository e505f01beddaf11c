// Sets of drafts: drawn, watched, chosen from and finished. Knows the REST's drafts; knows no page.
import { call, newKey } from "../net/call.js";
import { answered, follow, heardSoFar } from "./jobs.js";
import { store } from "./store.js";
import { turnsOf } from "./turns.js";

export const sets = store(new Map()); // id to set, as far as they have been asked for

const about = turnsOf();

export async function draw(wanted, key) {
  const since = heardSoFar();
  return taken(await call("POST", "/v1/drafts", { body: wanted, key }), since);
}

export async function setNamed(id) {
  const since = heardSoFar();
  return about(id).readWhole(
    () => call("GET", `/v1/drafts/${id}`),
    (set) => taken(set, since),
  );
}

export async function listSets() {
  return (await call("GET", "/v1/drafts", { query: { limit: 24 } })).sets;
}

export async function pick(set, numbers) {
  const picks = numbers.map((number, place) => ({ number, rank: place + 1 }));
  return changed(set, () => call("PUT", `/v1/drafts/${set.id}/picks`, { body: { picks } }));
}

export async function finish(set, numbers, key) {
  return changed(set, () => call("POST", `/v1/drafts/${set.id}/finish`, { body: { picks: numbers }, key }));
}

// Choosing goes on while a choice is on its way: the one that was made last is the one that is kept.
function changed(set, act) {
  return about(set.id).change(async () => {
    const since = heardSoFar();
    return taken(await act(), since);
  });
}

export { newKey };

// A set as the server tells it; its jobs are watched like all others.
function taken(set, since) {
  sets.set((all) => new Map(all).set(set.id, set));
  const shape = set.aspectRatio.replace(":", " / ");
  for (const each of [...set.drafts, ...set.finals]) {
    const kept = each.asset === null ? {} : { assets: [each.asset] };
    const { state, reason } = each;
    answered({ id: each.job, set: set.id, shape, prompt: each.prompt ?? set.prompt, reason, ...kept, state }, since);
  }
  follow();
  return set;
}
