// From a picture that is there to what would make it again: its words, model, seed and knobs. Knows recipes.
import { call } from "../net/call.js";
import { knobsOf } from "./bodies.js";
import { compose, composer } from "./composer.js";
import { modelNamed } from "./models.js";
import { go } from "./place.js";
import { may } from "./session.js";

export async function reuse(asset) {
  const { model, prompt, negative, knobs: own } = await settingsOf(asset);
  const { knobs } = composer.get();
  compose({ mode: "free", text: prompt, negative, model: model.id, pinned: asset.seed, count: 1, knobs: { ...knobs, [model.id]: own } });
  go("create");
}

// What a picture was made of, as its model's bodies can say it.
export async function settingsOf(asset) {
  const recipe = may("GetAssetRecipe", "user") ? await call("GET", `/v1/assets/${asset.id}/recipe`) : {};
  const model = await modelNamed(asset.model);
  return { model, prompt: asset.prompt ?? "", negative: asset.negativePrompt ?? "", knobs: fitting(model, asset, recipe) };
}

const GUIDANCE = new Set(["cfg_scale", "cfgScale"]);

// The scale of a body that becomes the guidance a recipe tells, as the server reads it: the usual one stands for the
// model's own, 1 for none. Nothing where it is the usual one, or nobody says which that is.
function scaleOf(guidance, usual, own) {
  if (guidance === undefined || usual === undefined || guidance === own || own === 1) return undefined;
  return Number((1 + ((guidance - 1) * (usual - 1)) / (own - 1)).toFixed(6));
}

// Of the recipe, what the model's bodies can say.
function fitting(model, asset, recipe) {
  const values = { steps: recipe.steps, colours: recipe.palette };
  const found = {};
  for (const knob of knobsOf(model)) {
    if (GUIDANCE.has(knob.name)) values[knob.name] = scaleOf(recipe.guidance, knob.otherwise, model.tier.guidance);
    const value = knob.name === "size" || knob.name === "aspect_ratio" ? shape(knob, asset) : values[knob.name];
    if (value !== undefined && value >= (knob.least ?? value)) found[knob.name] = value;
  }
  return found;
}

function shape(knob, { width, height }) {
  const off = (option) => {
    const [across, down] = option.split(/[:x]/).map(Number);
    return Math.abs(Math.log((across / down) * (height / width)));
  };
  return [...knob.options].sort((a, b) => off(a) - off(b))[0];
}
