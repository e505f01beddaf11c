// Where the keyboard is: when what it was on has vanished it goes on beside it, and to what was only busy it comes back.
// Whoever points is left alone. Knows elements; knows no part.
const REACHED = "a[href], button:enabled, input:enabled, select:enabled, textarea:enabled, summary, [tabindex='0']";

let last = null; // what had the focus, what stood above it, and what could be reached before it
let pointed = false;

addEventListener("pointerdown", () => (pointed = true), true);
addEventListener("keydown", () => (pointed = false), true);
addEventListener("focusin", ({ target }) => (last = placeOf(target)));
addEventListener("focusout", ({ target }) => queueMicrotask(() => left(target)));
new MutationObserver(goOn).observe(document.body, { subtree: true, childList: true, attributeFilter: ["disabled"] });

// Where it is, and to go on from there when `within` goes: whoever opened a dialog may be busy, or gone, when it closes.
export function here() {
  return last;
}

export function goBack(place, within) {
  if (nowhere() || within.contains(document.activeElement)) last = place;
}

function placeOf(element) {
  const above = [];
  for (let each = element.parentElement; each; each = each.parentElement) above.push(each);
  const following = Node.DOCUMENT_POSITION_FOLLOWING;
  const before = reached(document.body).filter((each) => each.compareDocumentPosition(element) & following);
  return { element, above, before: new Set(before) };
}

// Somebody has left it on purpose, when it is still there to be used.
function left(element) {
  if (nowhere() && last?.element === element && element.isConnected && !element.matches(":disabled")) last = null;
}

function goOn() {
  if (last === null || !nowhere()) return;
  if (pointed) last = null;
  else if (!last.element.isConnected) beside(last)?.focus({ preventScroll: true });
  else if (!last.element.matches(":disabled")) last.element.focus({ preventScroll: true });
}

// What comes next in the nearest thing that is left of what stood around it; the page, where that is another one.
function beside({ above, before }) {
  const page = document.querySelector("main");
  for (const each of above) {
    if (!each.isConnected) continue;
    if (each.contains(page)) return page;
    const there = reached(each);
    if (there.length) return there.find((one) => !before.has(one)) ?? there.at(-1);
  }
  return page;
}

function reached(root) {
  return [...root.querySelectorAll(REACHED)].filter((each) => each.checkVisibility());
}

function nowhere() {
  return document.activeElement === null || document.activeElement === document.body;
}
