// Who has signed in, and what they may do. Knows the REST's session and caller; knows no page.
import { Problem, call, ended, trust } from "../net/call.js";
import { recall, remember } from "./remembered.js";
import { store } from "./store.js";

export const session = store({ state: "unknown" }); // unknown, out, or in with a caller

// Take up the session that the browser has kept, if it is still good.
export async function resume() {
  if (!recall("signed-in", false)) {
    session.set({ state: "out", why: null }); // nobody has: asking would be an error in the browser's log
    return;
  }
  try {
    await enter(await call("GET", "/v1/session"));
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    const expected = problem.status === 401 || problem.status === 404;
    session.set({ state: "out", why: expected ? null : problem.message });
  }
}

export async function signIn(wanted) {
  await enter(await call("POST", "/v1/session", { body: wanted }));
}

export async function signOut() {
  await call("DELETE", "/v1/session");
  remember("signed-in", false);
  session.set({ state: "out", why: null });
}

const EXTENTS = ["user", "account", "installation"];

// Whether an operation is allowed on what is one's own, one's account's or the installation's, or on more than that.
export function may(operation, extent = "account") {
  const found = session.get().permissions?.get(operation);
  return EXTENTS.slice(EXTENTS.indexOf(extent)).some((each) => found?.[each]);
}

// Whether an operation is allowed on something that is its user's.
export function mayTo(operation, { user }) {
  return may(operation, user === session.get().caller.user.name ? "user" : "account");
}

// Whose figures an operation may be asked for, the widest first, as its query says it; null where nobody's.
export function reach(operation) {
  const { permissions, caller } = session.get();
  const found = permissions?.get(operation);
  if (found?.account) return {};
  if (found?.user) return { user: caller.user.name };
  return found?.installation ? { account: "all" } : null;
}

async function enter({ csrf, expiresAt }) {
  trust(csrf);
  const caller = await call("GET", "/v1/caller");
  const permissions = new Map(caller.permissions.map((each) => [each.operation, each]));
  ended.set(null);
  remember("signed-in", true);
  session.set({ state: "in", caller, permissions, expiresAt });
}

ended.watch((why) => {
  if (why !== null && session.get().state === "in") session.set({ state: "out", why });
});
