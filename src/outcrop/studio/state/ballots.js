// Blind ballots: begun, voted on, counted. Knows the REST's ballots, which tell no side before the last vote.
import { call } from "../net/call.js";
import { store } from "./store.js";

export const ballots = store(new Map()); // id to ballot, as it was last told

export async function beginBallot(comparison, along) {
  return taken(await call("POST", "/v1/ballots", { body: { comparison, along } }));
}

export async function ballotNamed(id) {
  return taken(await call("GET", `/v1/ballots/${id}`));
}

export async function listBallots() {
  return (await call("GET", "/v1/ballots", { query: { limit: 50 } })).ballots;
}

// A vote is the same however often it is sent.
export async function cast(id, pair, found) {
  return taken(await call("POST", `/v1/ballots/${id}/votes`, { body: { pair, found }, key: `${id}-${pair}-${found}` }));
}

export function sideOf(id, pair, side) {
  return `/v1/ballots/${id}/pairs/${pair}/${side}`;
}

function taken(ballot) {
  ballots.set((all) => new Map(all).set(ballot.id, ballot));
  return ballot;
}
