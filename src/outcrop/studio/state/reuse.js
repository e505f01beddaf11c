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

// Of the recipe, what the model's bodies can say.
function fitting(model, asset, recipe) {
  const values = { steps: recipe.steps, cfg_scale: recipe.guidance, cfgScale: recipe.guidance };
  const found = {};
  for (const knob of knobsOf(model)) {
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
