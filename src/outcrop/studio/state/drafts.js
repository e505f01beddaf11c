// Sets of drafts: drawn, watched, chosen from and finished. Knows the REST's drafts; knows no page.
import { call, newKey } from "../net/call.js";
import { follow, jobs, put } from "./jobs.js";
import { store } from "./store.js";

export const sets = store(new Map()); // id to set, as far as they have been asked for

export async function draw(wanted, key) {
  return taken(await call("POST", "/v1/drafts", { body: wanted, key }));
}

export async function setNamed(id) {
  return taken(await call("GET", `/v1/drafts/${id}`));
}

export async function listSets() {
  return (await call("GET", "/v1/drafts", { query: { limit: 24 } })).sets;
}

export async function pick(set, numbers) {
  const picks = numbers.map((number, place) => ({ number, rank: place + 1 }));
  return taken(await call("PUT", `/v1/drafts/${set.id}/picks`, { body: { picks } }));
}

export async function finish(set, numbers, key) {
  return taken(await call("POST", `/v1/drafts/${set.id}/finish`, { body: { picks: numbers }, key }));
}

export { newKey };

// A set as the server tells it; its jobs are watched like all others.
function taken(set) {
  sets.set((all) => new Map(all).set(set.id, set));
  const shape = set.aspectRatio.replace(":", " / ");
  for (const each of [...set.drafts, ...set.finals]) {
    const known = jobs.get().get(each.job);
    const state = known && ["done", "failed", "cancelled", "dead"].includes(known.state) ? known.state : each.state;
    const kept = each.asset === null ? {} : { assets: [each.asset] };
    put({ id: each.job, set: set.id, shape, prompt: each.prompt ?? set.prompt, reason: each.reason, ...kept, state });
  }
  follow();
  return set;
}
