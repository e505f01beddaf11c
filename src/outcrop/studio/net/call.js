// Calls of the server's REST: one place for the session's token, for problems and for lost connections.
// Knows no operation. What makes something is sent again only under the idempotency key it was sent with.
import { store } from "../state/store.js";

export const ended = store(null); // why the session is over, where it is
export const offline = store(false);

const WAITS_MS = [400, 1000, 2500, 5000, 8000];
const LOOK_MS = 2000;
const PASSING = new Set([502, 503, 504]);
const SAFE = new Set(["GET", "HEAD"]);
const AGAIN = new Set([...SAFE, "PUT", "PATCH"]); // these say how something is to be: said twice, it is so once
let csrf = "";
let signedIn = 0; // so many times: what an earlier session is refused says nothing of this one
let looking = false;
let wake = () => {}; // look at once

export class Problem extends Error {
  constructor({ status, code, detail, errors = [], retryAfter = null }) {
    super(detail);
    this.status = status;
    this.code = code;
    this.errors = errors;
    this.retryAfter = retryAfter;
  }
}

export function trust(token) {
  csrf = token;
  signedIn += 1;
}

// Send a call and read its answer. `body` is written as JSON, unless it is a Blob, which goes as it is.
export async function call(method, path, { query, body, key, signal, as = "json" } = {}) {
  const url = path + asked(query);
  const again = AGAIN.has(method) || key !== undefined;
  for (let attempt = 0; ; attempt += 1) {
    const session = signedIn;
    try {
      const response = await fetch(url, request(method, body, key, signal));
      if (offline.get()) offline.set(false);
      if (PASSING.has(response.status) && again && attempt < WAITS_MS.length) {
        await pause(WAITS_MS[attempt], signal);
        continue;
      }
      if (response.status === 403 && !SAFE.has(method) && (await renewed())) continue;
      return await answer(response, as, session);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // fetch says TypeError when the network fails
      offline.set(true);
      lookOut();
      if (!again || attempt >= WAITS_MS.length) throw lost(again);
      await pause(WAITS_MS[attempt], signal);
    }
  }
}

// A list that comes in pages, whole.
export async function* pages(path, query, member) {
  let cursor;
  do {
    const page = await call("GET", path, { query: { ...query, cursor } });
    yield* page[member];
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
}

export function newKey() {
  return crypto.randomUUID();
}

export function asked(query = {}) {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const each of [value].flat()) {
      if (each !== undefined && each !== null && each !== "") given.append(name, each);
    }
  }
  const text = given.toString();
  return text && `?${text}`;
}

function request(method, body, key, signal) {
  const headers = {};
  if (!SAFE.has(method)) headers["X-Outcrop-Csrf"] = csrf;
  if (key !== undefined) headers["Idempotency-Key"] = key;
  if (body !== undefined) headers["Content-Type"] = body instanceof Blob ? body.type : "application/json";
  return {
    method,
    headers,
    signal,
    credentials: "same-origin",
    body: body === undefined || body instanceof Blob ? body : JSON.stringify(body),
  };
}

async function answer(response, as, session) {
  if (response.ok) {
    if (as === "blob") return response.blob();
    return response.status === 204 ? null : response.json();
  }
  const problem = await read(response);
  const ours = session === signedIn && !response.url.endsWith("/v1/session");
  if (response.status === 401 && ours) ended.set(problem.message);
  throw problem;
}

async function read(response) {
  const retryAfter = Number(response.headers.get("Retry-After")) || null;
  try {
    const { code, detail, errors } = await response.json();
    return new Problem({ status: response.status, code, detail, errors, retryAfter });
  } catch {
    const detail = `The server answered ${response.status} and did not say why; try again in a moment.`;
    return new Problem({ status: response.status, code: "Unexpected", detail, retryAfter });
  }
}

addEventListener("online", () => wake());

// Say so where the server cannot be reached, though nothing was asked of it.
export async function checkConnection() {
  if (await reached()) return;
  offline.set(true);
  lookOut();
}

// The connection is lost: look until it is back, so that nobody has to click for it.
async function lookOut() {
  if (looking) return;
  looking = true;
  do {
    await new Promise((resolve) => {
      wake = resolve;
      setTimeout(resolve, LOOK_MS);
    });
  } while (!(await reached()));
  looking = false;
  if (offline.get()) offline.set(false);
}

async function reached() {
  try {
    await fetch("/", { method: "HEAD", cache: "no-store" });
    return true; // whatever it said
  } catch {
    return false;
  }
}

// Whether another tab has signed in anew since: then its token is the one to show.
async function renewed() {
  const response = await fetch("/v1/session", { credentials: "same-origin" });
  if (!response.ok) return false;
  const before = csrf;
  csrf = (await response.json()).csrf;
  return csrf !== before;
}

function lost(again) {
  const detail = again
    ? "The server cannot be reached. What you sent has not been lost or doubled; try again when you are connected."
    : "The server cannot be reached. Check the connection, look whether it has happened, and try again.";
  return new Problem({ status: 0, code: "Offline", detail });
}

// So long, and no longer than until the connection is back.
function pause(ms, signal) {
  const over = new AbortController();
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    const unwatch = offline.watch((lost) => lost || resolve());
    over.signal.addEventListener("abort", () => {
      clearTimeout(timer);
      unwatch();
    });
    signal?.addEventListener("abort", () => reject(signal.reason), { signal: over.signal });
  }).finally(() => over.abort());
}
