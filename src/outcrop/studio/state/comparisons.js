// Grids of pictures: begun, watched, come back to. Knows the REST's comparisons; knows no page.
import { call } from "../net/call.js";
import { follow, jobs, put } from "./jobs.js";
import { store } from "./store.js";

export const comparisons = store(new Map()); // id to comparison, as far as they have been asked for
const ENDED = ["done", "failed", "cancelled", "dead"];

export async function compare(wanted, key) {
  return taken(await call("POST", "/v1/comparisons", { body: wanted, key }));
}

export async function comparisonNamed(id) {
  return taken(await call("GET", `/v1/comparisons/${id}`));
}

export async function listComparisons() {
  return (await call("GET", "/v1/comparisons", { query: { limit: 24 } })).comparisons;
}

export function sheetOf(id) {
  return `/v1/comparisons/${id}/sheet`;
}

// A comparison as the server tells it; its jobs are watched like all others.
function taken(found) {
  comparisons.set((all) => new Map(all).set(found.id, found));
  for (const cell of found.cells) {
    const known = jobs.get().get(cell.job);
    const state = ENDED.includes(known?.state) ? known.state : cell.state;
    const kept = cell.asset === null ? {} : { assets: [cell.asset] };
    put({ id: cell.job, set: found.id, prompt: found.name, reason: cell.reason, ...kept, state });
  }
  follow();
  return found;
}
