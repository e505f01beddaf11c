// Blind ballots: begun, voted on, counted. Knows the REST's ballots, which tell no side before the last vote.
import { call } from "../net/call.js";
import { store } from "./store.js";
import { turnsOf } from "./turns.js";

export const ballots = store(new Map()); // id to ballot, as it was last told

const about = turnsOf();

export async function beginBallot(comparison, along) {
  return taken(await call("POST", "/v1/ballots", { body: { comparison, along } }));
}

export function ballotNamed(id) {
  return about(id).readWhole(() => call("GET", `/v1/ballots/${id}`), taken);
}

export async function listBallots() {
  return (await call("GET", "/v1/ballots", { query: { limit: 50 } })).ballots;
}

// A vote is the same however often it is sent.
export function cast(id, pair, found) {
  const key = `${id}-${pair}-${found}`;
  return about(id).change(async () => taken(await call("POST", `/v1/ballots/${id}/votes`, { body: { pair, found }, key })));
}

export function remove(id) {
  return call("DELETE", `/v1/ballots/${id}`);
}

export function sideOf(id, pair, side) {
  return `/v1/ballots/${id}/pairs/${pair}/${side}`;
}

function taken(ballot) {
  ballots.set((all) => new Map(all).set(ballot.id, ballot));
  return ballot;
}
