// The models there are, and how each one is asked: its knobs come from the schema of its bodies. Knows no page.
import { call } from "../net/call.js";
import { store } from "./store.js";
import { turns } from "./turns.js";

export const models = store(null);
const details = new Map();
const { change, readWhole } = turns();

export async function loadModels() {
  if (models.get() === null) await renewModels();
  return models.get();
}

// Give the account access to a model, or take it: what was asked for before says what it was.
export async function changeAccess(model, method) {
  await change(() => call(method, `/v1/models/${encodeURIComponent(model.id)}/access`));
  await renewModels();
}

async function renewModels() {
  await readWhole(
    () => call("GET", "/v1/models"),
    (found) => {
      details.clear();
      models.set(found.models);
    },
  );
}

// One model with the schema of its body, asked for once.
export function modelNamed(id) {
  if (!details.has(id)) {
    const asked = call("GET", `/v1/models/${encodeURIComponent(id)}`);
    asked.catch(() => details.delete(id));
    details.set(id, asked);
  }
  return details.get(id);
}

// Those that draw from words, the present ones first, the cheapest of them on top.
export function drawing(all) {
  const rank = (model) => (model.lifecycle === "ACTIVE" ? 0 : 1e6) + Number(model.prices?.rates.at(-1)?.price ?? 1e3);
  return all.filter((each) => each.operations.includes("text_to_image")).sort((a, b) => rank(a) - rank(b));
}

export function priceFrom(model) {
  const prices = (model.prices?.rates ?? []).map((rate) => rate.price);
  return prices.sort((a, b) => Number(a) - Number(b))[0] ?? null;
}
