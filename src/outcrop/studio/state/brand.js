// The account's brand kit, and whether it is applied here. Knows the REST's brand kit; knows no page.
import { call } from "../net/call.js";
import { useEffect } from "../ui.js";
import { recall, remember } from "./remembered.js";
import { may, session } from "./session.js";
import { store, useStore } from "./store.js";

export const CORNERS = ["top-left", "top-right", "bottom-left", "bottom-right"];
export const EMPTY = { palette: [], use: [], avoid: [], logo: null };
export const LOGO = { corner: "bottom-right", size: 0.2, margin: 0.04, opacity: 1, plate: "auto" };

export const kit = store(recall("brand-kit", EMPTY)); // as it was last seen, so that nothing moves when it comes
export const applied = store(recall("brand-applied", { words: false, logo: false }));
let asked = null; // whose kit has been asked for

kit.watch((value) => remember("brand-kit", value));
applied.watch((value) => remember("brand-applied", value));

export function apply(change) {
  applied.set((before) => ({ ...before, ...change }));
}

export async function loadKit() {
  kit.set(await call("GET", "/v1/brand-kit"));
}

export async function keepKit(wanted) {
  kit.set(await call("PUT", "/v1/brand-kit", { body: wanted }));
}

// The kit; an empty one for whoever may not see it. It is asked for once a session.
export function useKit() {
  const found = useStore(kit);
  const allowed = may("GetBrandKit", "user");
  useEffect(() => {
    const whose = session.get().caller;
    if (!allowed || asked === whose) return;
    asked = whose;
    loadKit().catch(() => {
      asked = null; // without it, everything goes on as without a brand
    });
  }, []);
  return allowed ? found : EMPTY;
}

export function speaks({ palette, use, avoid }) {
  return palette.length + use.length + avoid.length > 0;
}
