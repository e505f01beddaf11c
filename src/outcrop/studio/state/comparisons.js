// Grids of pictures: begun, watched, come back to. Knows the REST's comparisons; knows no page.
import { call } from "../net/call.js";
import { answered, follow, heardSoFar } from "./jobs.js";
import { store } from "./store.js";
import { turnsOf } from "./turns.js";

export const comparisons = store(new Map()); // id to comparison, as far as they have been asked for

const about = turnsOf();

export async function compare(wanted, key) {
  const since = heardSoFar();
  return taken(await call("POST", "/v1/comparisons", { body: wanted, key }), since);
}

export async function comparisonNamed(id) {
  const since = heardSoFar();
  return about(id).readWhole(
    () => call("GET", `/v1/comparisons/${id}`),
    (found) => taken(found, since),
  );
}

export async function listComparisons() {
  return (await call("GET", "/v1/comparisons", { query: { limit: 24 } })).comparisons;
}

export function rename(id, name) {
  return about(id).change(async () => {
    const since = heardSoFar();
    return taken(await call("PATCH", `/v1/comparisons/${id}`, { body: { name } }), since);
  });
}

// The grid alone: its pictures stay in the library.
export function remove(id) {
  return call("DELETE", `/v1/comparisons/${id}`);
}

export function sheetOf(id) {
  return `/v1/comparisons/${id}/sheet`;
}

// A comparison as the server tells it; its jobs are watched like all others.
function taken(found, since) {
  comparisons.set((all) => new Map(all).set(found.id, found));
  for (const { job, asset, reason, state } of found.cells) {
    const kept = asset === null ? {} : { assets: [asset] };
    answered({ id: job, set: found.id, prompt: found.name, reason, ...kept, state }, since);
  }
  follow();
  return found;
}
