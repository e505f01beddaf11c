// What can be done to a picture: which model does it, what it is asked, and why it cannot be where it cannot.
// Knows bodies of edits; knows no canvas.
const NO_WEIGHTS = "This server has no weights for it; whoever runs it can add some.";

export const EDITS = [
  { name: "replace", label: "Replace", needs: "mask", words: "What should be there instead?",
    hint: "Paint over what should become something else.", does: (model) => has(model, "inpaint", "mask", "prompt") },
  { name: "erase", label: "Erase", needs: "mask",
    hint: "Paint over what should disappear.", does: (model) => has(model, "inpaint", "mask") && !model.knobs.includes("prompt") },
  { name: "extend", label: "Extend", needs: "frame", words: "What lies beyond the edge? (may stay empty)",
    hint: "Drag the frame's edges outwards.", does: (model) => has(model, "outpaint", "left", "right") },
  { name: "vary", label: "Vary", needs: "strength", words: "What should it become?",
    hint: "Draw the whole picture anew, near to it or far from it.",
    does: (model) => has(model, "image_to_image", "image", "strength", "prompt") },
  { name: "cut-out", label: "Remove background", needs: "nothing", hint: "Keep the subject alone.",
    does: (model) => model.alias === "remove-background" && model.operations.length > 0, like: "remove-background" },
  { name: "enlarge", label: "Enlarge", needs: "nothing", hint: "The same picture at four times the size.",
    does: (model) => model.alias === "fast-upscale" && model.operations.length > 0, like: "fast-upscale" },
];

// The model that does an edit, or why none does.
export function doing(edit, models) {
  const able = models.filter(edit.does).sort((a, b) => rank(a) - rank(b));
  const model = able.find((each) => each.access);
  if (model) return { model, reason: null };
  if (able.length) return { model: null, reason: `Your account has no access to ${able[0].name} yet.` };
  return { model: null, reason: NO_WEIGHTS };
}

// How a job names a model: some are to be had through their inference profile alone, as at AWS.
export function addressOf(model, region) {
  const part = { ap: "apac" }[region.split("-")[0]] ?? region.split("-")[0];
  const [first] = model.profiles;
  return first === undefined ? model.id : `${model.profiles.includes(part) ? part : first}.${model.id}`;
}

export function editBody(edit, { image, mask, frame, strength, prompt }) {
  const words = prompt ? { prompt } : {};
  switch (edit.needs) {
    case "mask":
      return { image, mask, ...words };
    case "frame":
      return { image, ...frame, ...words };
    case "strength":
      return { image, strength, ...words };
    default:
      return { image };
  }
}

function has(model, operation, ...knobs) {
  return model.operations.includes(operation) && knobs.every((knob) => model.knobs.includes(knob));
}

function rank(model) {
  return (model.lifecycle === "ACTIVE" ? 0 : 1e6) + Number(model.prices?.rates[0]?.price ?? 1e3);
}
