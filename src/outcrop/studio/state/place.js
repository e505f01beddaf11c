// Where in the studio one is: the part of the address after #. Knows no page.
import { store } from "./store.js";

export const place = store(read());

addEventListener("hashchange", () => place.set(read()));

export function go(path, query = {}) {
  const text = new URLSearchParams(query).toString();
  location.hash = `/${path}${text && `?${text}`}`;
}

// The same place under another address: going back does not stop here.
export function amend(path, query = {}) {
  const text = new URLSearchParams(query).toString();
  history.replaceState(null, "", `#/${path}${text && `?${text}`}`);
  place.set(read());
}

// What the address says, which is newer than the place until the browser has told of it.
export function read() {
  const [path, query = ""] = location.hash.replace(/^#\/?/, "").split("?");
  const [page = "", ...rest] = path.split("/").map(decodeURIComponent);
  return { page, rest, query: new URLSearchParams(query) };
}
