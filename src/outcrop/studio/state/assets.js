// Pictures that are kept: what is said of them, their addresses, and what can be done to them. Knows no page.
import { asked, call } from "../net/call.js";
import { useEffect } from "../ui.js";
import { store, useStore } from "./store.js";
import { turns } from "./turns.js";

export const assets = store(new Map()); // id to asset, as far as they have been asked for
export const gone = store(new Set()); // ids of those that were deleted here
const asking = new Map();
const { beside, change: inTurn, read } = turns();

export function contentOf(id, { width, height, fit = "inside", format = "webp", ...more } = {}) {
  const query = width || height ? { width, height, fit, format, ...more } : more;
  return `/v1/assets/${id}/content${asked(query)}`;
}

export function keep(found) {
  assets.set((all) => {
    const merged = new Map(all);
    for (const asset of found) merged.set(asset.id, asset);
    return merged;
  });
}

export async function assetNamed(id) {
  const known = assets.get().get(id);
  if (known) return known;
  if (!asking.has(id)) {
    const answer = call("GET", `/v1/assets/${id}`);
    asking.set(id, answer);
    answer.then((asset) => keep([asset]), () => {}).finally(() => asking.delete(id));
  }
  return asking.get(id);
}

// Ask anew for what somebody else has changed, such as whoever decides a review.
export function renew(id) {
  return inTurn(async () => keep([await call("GET", `/v1/assets/${id}`)]));
}

export function useAsset(id) {
  const all = useStore(assets);
  useEffect(() => {
    if (id) assetNamed(id).catch(() => {}); // a picture that is gone is shown as gone
  }, [id]);
  return all.get(id) ?? null;
}

// A page of the list, which no change has overtaken: a picture that is deleted meanwhile does not come back with it.
export async function listAssets(query, signal) {
  const page = await read(() => call("GET", "/v1/assets", { query, signal }));
  keep(page.assets);
  return page;
}

export function change(id, said) {
  return inTurn(async () => keep([await call("PATCH", `/v1/assets/${id}`, { body: said })]));
}

export function remove(id) {
  return inTurn(async () => {
    await call("DELETE", `/v1/assets/${id}`);
    gone.set((all) => new Set(all).add(id));
    assets.set((all) => {
      const left = new Map(all);
      left.delete(id);
      return left;
    });
  });
}

export function upload(file) {
  const name = file.name.replace(/\.[^.]*$/, "").slice(0, 256);
  return beside(async () => {
    const asset = await call("POST", `/v1/assets${asked({ name })}`, { body: file });
    keep([asset]);
    return asset;
  });
}

export function named(asset) {
  return asset.alt || asset.name || asset.prompt || "Picture";
}

// Why a picture may not be seen; null where it may.
export function heldBack({ held }) {
  if (!held) return null;
  return held === "held" ? "Waits for a review" : "Rejected in a review";
}

// Hand a file over to the browser's downloads.
export function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
