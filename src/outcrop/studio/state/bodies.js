// From what a person has chosen to a body of InvokeModel, for each family of bodies. Knows the families' schemas.
const ASIDE = new Set(["prompt", "negative_prompt", "seed", "mode", "output_format", "samples", "extras"]);
const OF_PICTURES = /^(init_|image|mask|step_schedule|strength$|condition|control)/;
const WORDS = {
  aspect_ratio: "Shape",
  size: "Shape",
  style_preset: "Style preset",
  style: "Style preset",
  cfg_scale: "Guidance",
  cfgScale: "Guidance",
  steps: "Steps",
  sampler: "Sampler",
  clip_guidance_preset: "Guidance preset",
  quality: "Quality",
};
const HINTS = {
  cfg_scale: "How closely the picture keeps to the words.",
  cfgScale: "How closely the picture keeps to the words.",
  steps: "More steps take longer and cost the same or more.",
};

const UNPRICED = new Set(["prompt", "negative_prompt", "text", "negativeText", "text_prompts", "seed", "colors"]);

// What a price hangs on: neither words nor seed change it.
export function pricedBy(asked) {
  return JSON.stringify(asked, (name, value) => (UNPRICED.has(name) ? undefined : value));
}

export function familyOf(model) {
  const { properties } = model.body;
  if (properties.text_prompts) return "sdxl";
  return properties.taskType ? "task" : "prompt";
}

// The knobs of a model: name, label, kind, what may be chosen, and what holds where nothing is.
export function knobsOf(model) {
  const { properties } = model.body;
  if (familyOf(model) === "task") {
    const { properties: config, default: usual = {} } = properties.imageGenerationConfig;
    const own = (name) => config[name] && { default: usual[name], ...config[name] };
    const { style } = properties.textToImageParams.properties;
    return [shapes(model), coloursOf(properties), ...knobs({ style, quality: own("quality"), cfgScale: own("cfgScale") })].filter(Boolean);
  }
  const { width, height, aspect_ratio, ...others } = properties;
  return [aspect_ratio ? knob("aspect_ratio", aspect_ratio) : shapes(model), ...knobs(others)].filter(Boolean);
}

// Whether a knob does something beside the values of the others: bodies with colours have no style.
export function goesWith(knob, values) {
  return knob.name !== "style" || !values.colours;
}

// The longest prompt that a model takes.
export function mostChars(model) {
  const { properties } = model.body;
  const text = { sdxl: properties.text_prompts?.items.properties.text, task: properties.textToImageParams?.properties.text };
  return (text[familyOf(model)] ?? properties.prompt).maxLength;
}

export function bodyOf(model, { prompt, negative, seed, knobs: chosen }) {
  const values = { ...chosen };
  const [width, height] = values.size ? values.size.split("x").map(Number) : [];
  delete values.size;
  const size = width ? { width, height } : {};
  const seeded = seed === null ? {} : { seed };
  switch (familyOf(model)) {
    case "sdxl": {
      const avoided = negative ? [{ text: negative, weight: -1 }] : [];
      return { text_prompts: [{ text: prompt }, ...avoided], ...values, ...size, ...seeded };
    }
    case "task": {
      const { style, colours, ...config } = values;
      const words = { text: prompt, ...(negative && { negativeText: negative }) };
      const generation = { numberOfImages: 1, ...config, ...size, ...seeded };
      if (colours) {
        return { taskType: "COLOR_GUIDED_GENERATION", colorGuidedGenerationParams: { ...words, colors: colours }, imageGenerationConfig: generation };
      }
      if (style) words.style = style;
      return { taskType: "TEXT_IMAGE", textToImageParams: words, imageGenerationConfig: generation };
    }
    default:
      return { prompt, ...(negative && { negative_prompt: negative }), ...values, ...seeded };
  }
}

// The knob that gives a picture a shape such as 3:2, as far as the model has that one.
export function sized(model, ratio) {
  const options = model.body.properties.aspect_ratio?.enum;
  if (options) return options.includes(ratio) ? { aspect_ratio: ratio } : {};
  const size = model.sizes?.[ratio];
  return size ? { size: written(size) } : {};
}

// Width by height of the picture that is asked for, as CSS writes it.
export function shapeOf(knob, value) {
  const [width, height] = String(value ?? knob?.otherwise ?? "1:1").split(/[:x]/).map(Number);
  return `${width} / ${height}`;
}

function shapes(model) {
  const sizes = Object.entries(model.sizes ?? {}).map(([ratio, size]) => [ratio, written(size)]);
  const options = sizes.map(([, size]) => size);
  if (!options.length) return null;
  const square = sizes.find(([ratio]) => ratio === "1:1")?.[1] ?? options[0];
  return { name: "size", label: WORDS.size, kind: "choice", options, otherwise: square };
}

function written(size) {
  return Array.isArray(size) ? size.join("x") : `${size.width ?? size}x${size.height ?? size}`.replace(/^(\d+x\d+)x.*$/, "$1");
}

function coloursOf({ colorGuidedGenerationParams: guided }) {
  return guided && { name: "colours", label: "Colours", kind: "colours", most: guided.properties.colors.maxItems };
}

function knobs(properties) {
  return Object.entries(properties)
    .filter(([name, schema]) => schema && !ASIDE.has(name) && !OF_PICTURES.test(name))
    .map(([name, schema]) => knob(name, schema))
    .filter(Boolean);
}

function knob(name, schema) {
  const common = { name, label: WORDS[name] ?? name.replaceAll("_", " "), hint: HINTS[name], otherwise: schema.default };
  if (schema.enum) return { ...common, kind: "choice", options: schema.enum };
  if (schema.type === "integer" || schema.type === "number") {
    return { ...common, kind: "number", whole: schema.type === "integer", least: schema.minimum, most: schema.maximum };
  }
  return null;
}
