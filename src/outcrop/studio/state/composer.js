// What is being composed: words, model and knobs; remembered from visit to visit. Knows no call.
import { recall, remember } from "./remembered.js";
import { store } from "./store.js";

export const PARTS = [
  { name: "subject", label: "Subject", example: "a ceramic teapot" },
  { name: "details", label: "Details", example: "hand-painted, steam rising" },
  { name: "setting", label: "Setting", example: "on a walnut table by a window" },
  { name: "composition", label: "Composition", example: "close-up, room for text on the left" },
  { name: "lighting", label: "Lighting", example: "soft morning light" },
  { name: "style", label: "Style", example: "product photograph" },
  { name: "mood", label: "Mood", example: "calm, inviting" },
];

const NOTHING = { mode: "free", text: "", parts: {}, negative: "", model: null, knobs: {}, pinned: null, count: 1 };

export const composer = store({ ...NOTHING, ...recall("composer", {}) });

composer.watch((value) => remember("composer", value));

export function compose(change) {
  composer.set((before) => ({ ...before, ...change }));
}

export function turn(model, name, value) {
  const { knobs } = composer.get();
  const own = { ...knobs[model], [name]: value };
  if (value === undefined) delete own[name];
  compose({ knobs: { ...knobs, [model]: own } });
}

// The parts as one sentence, in the order in which painters' briefs are written.
export function sentence(parts) {
  return PARTS.map(({ name }) => parts[name]?.trim().replace(/[.,;]+$/, ""))
    .filter(Boolean)
    .join(", ");
}

// Add words at the end: of what is written freely, or of the details.
export function addWords(words) {
  const { mode, text, parts } = composer.get();
  const joined = (before = "") => [before.trim().replace(/[\s,.;]+$/, ""), words].filter(Boolean).join(", ");
  if (mode === "parts") compose({ parts: { ...parts, details: joined(parts.details) } });
  else compose({ text: joined(text) });
}

// What stands in a field for the whole prompt: while somebody writes freely, every space of it.
export function writtenOf(chosen) {
  return chosen.mode === "parts" ? promptOf(chosen) : chosen.text;
}

// The prompt: what was written, or the sentence that the server has built of these very parts, if it has by now.
export function promptOf({ mode, text, parts, built }) {
  if (mode !== "parts") return text.trim();
  return built?.from === JSON.stringify(parts) ? built.prompt : sentence(parts);
}
