// The credit that is left to whoever is signed in, and when money has moved. Knows credit pools; knows no price.
import { call } from "../net/call.js";
import { fromMicros, micros } from "./money.js";
import { may } from "./session.js";
import { store } from "./store.js";

export const balance = store({ credit: null, pools: [] });
export const moves = store(0); // so often: what was quoted before one may be otherwise after it

let latest = 0;

// Something was booked, or refused: what is left has changed, or is not what it was taken for.
export function moneyMoved() {
  moves.set((before) => before + 1);
  refreshBalance();
}

export async function refreshBalance() {
  if (!may("ListCreditPools")) return;
  latest += 1;
  const number = latest;
  try {
    const { creditPools: pools } = await call("GET", "/v1/credit-pools");
    if (number !== latest) return; // of two answers, the one that was asked for later is the newer one
    const left = pools.reduce((sum, pool) => sum + micros(pool.left), 0);
    balance.set({ credit: pools.length ? fromMicros(left) : null, pools });
  } catch {
    // A figure in the corner is no reason to disturb anybody; whoever needs it asks for it and hears why.
  }
}
