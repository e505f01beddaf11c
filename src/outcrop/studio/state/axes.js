// What can differ in a grid of pictures, and what each cell is drawn from. Knows axes and bodies; knows no page.
import { bodyOf, knobsOf, sized } from "./bodies.js";
import { addressOf } from "./edits.js";
import { recall, remember } from "./remembered.js";
import { store } from "./store.js";

export const MOST = 8;
export const SETTINGS = ["Style preset", "Guidance", "Steps"]; // knobs, by what they are called on every model
export const AXES = ["Model", "Seed", "Prompt", ...SETTINGS];

const NOTHING = { down: "Seed", across: "Model", models: [], seeds: "1, 2", prompts: "", settings: {}, shape: "1:1" };

export const axes = store({ ...NOTHING, ...recall("axes", {}) });

axes.watch((value) => remember("axes", value));

export function choose(change) {
  axes.set((before) => ({ ...before, ...change }));
}

// The values of an axis: how each is called, and what it does to a cell's settings.
export function valuesOf(by, { models, seeds, prompts, settings }) {
  switch (by) {
    case "Model":
      return models.map((model) => ({ label: model.name, set: { model } }));
    case "Seed":
      return parted(seeds).filter((text) => /^\d{1,10}$/.test(text)).map((text) => ({ label: text, set: { seed: Number(text) } }));
    case "Prompt":
      return prompts.split("\n").map((text) => text.trim()).filter(Boolean).map((prompt) => ({ label: prompt.slice(0, 300), set: { prompt } }));
    default:
      return (settings[by] ?? []).map((value) => ({ label: String(value), set: { [by]: value } }));
  }
}

// Every cell, row by row, as jobs name models and bodies.
export function cellsOf(down, across, others, region) {
  return down.flatMap((row) => across.map((column) => cellOf({ ...others, ...row.set, ...column.set }, region)));
}

export function parted(text) {
  return [...new Set(text.split(/[\s,;]+/).filter(Boolean))];
}

// The knob of a model that is called so.
export function knobCalled(model, label) {
  return knobsOf(model).find((knob) => knob.label === label);
}

function cellOf({ model, prompt, negative, seed, shape, ...settings }, region) {
  const turned = SETTINGS.filter((label) => settings[label] !== undefined && knobCalled(model, label));
  const knobs = Object.fromEntries(turned.map((label) => [knobCalled(model, label).name, settings[label]]));
  return { model: addressOf(model, region), body: bodyOf(model, { prompt, negative, seed, knobs: { ...sized(model, shape), ...knobs } }) };
}
