// Short words about what has just happened. Knows nothing of what it was.
import { store } from "./store.js";

const SHOWN_MS = 7000;
export const notices = store([]);
let last = 0;

export function tell(text, kind = "good", action = null) {
  const notice = { id: (last += 1), text, kind, action };
  notices.set((all) => [...all.filter((each) => each.text !== text), notice].slice(-4));
  if (kind === "good") setTimeout(() => dismiss(notice.id), SHOWN_MS);
}

export function tellProblem(problem) {
  if (problem?.name === "AbortError" || problem?.status === 401) return; // the sign-in page says it
  tell(problem.message || "Something went wrong; try again.", "bad");
}

export function dismiss(id) {
  notices.set((all) => all.filter((each) => each.id !== id));
}
