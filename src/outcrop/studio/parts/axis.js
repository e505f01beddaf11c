// One side of a grid: what differs along it, and its values; and what is the same for all cells. Knows axes and knobs.
import { html, useState } from "../ui.js";
import { AXES, MOST, choose, knobCalled, parted, SETTINGS, valuesOf } from "../state/axes.js";
import { sized } from "../state/bodies.js";
import { dollars } from "../state/money.js";
import { priceFrom } from "../state/models.js";
import { mostSeed } from "../state/seeds.js";
import { Icon } from "./icon.js";

const SHAPES = ["1:1", "4:5", "2:3", "9:16", "5:4", "3:2", "16:9", "21:9"];

export function Axis({ side, title, asked, usable, ids, mine }) {
  const by = asked[side];
  const other = asked[side === "down" ? "across" : "down"];
  const pick = (event) => {
    const chosen = event.target.value;
    choose(chosen === other ? { down: asked.across, across: asked.down } : { [side]: chosen });
  };
  return html`<fieldset class="axis stack tight">
    <legend class="unseen">${title}</legend>
    <div class="row"><label for=${`axis-${side}`} class="label">${title}</label>
      <select class="slim" id=${`axis-${side}`} value=${by} onChange=${pick}>
        ${AXES.map((each) => html`<option key=${each}>${each}</option>`)}</select></div>
    <${Values} by=${by} asked=${asked} usable=${usable} ids=${ids} mine=${mine} />
  </fieldset>`;
}

function Values({ by, asked, usable, ids, mine }) {
  if (by === "Model") return html`<${Several} usable=${usable} ids=${ids} />`;
  if (by === "Seed") return html`<${Seeds} asked=${asked} />`;
  if (by === "Prompt") {
    return html`<div class="field"><label class="unseen" for="axis-prompts">Prompts, one a line</label>
      <textarea id="axis-prompts" rows="4" value=${asked.prompts} placeholder=${"One prompt a line"}
        onInput=${(event) => choose({ prompts: event.target.value })}></textarea></div>`;
  }
  return html`<${Knobbed} by=${by} asked=${asked} mine=${mine} />`;
}

function Several({ usable, ids }) {
  const [every, setEvery] = useState(false);
  const shown = usable.filter((each) => every || each.lifecycle === "ACTIVE" || ids.includes(each.id));
  const turn = (id) => choose({ models: ids.includes(id) ? ids.filter((each) => each !== id) : [...ids, id] });
  return html`<div class="chips" role="group" aria-label="Models">
    ${shown.map((model) => html`<${Chip} key=${model.id} on=${ids.includes(model.id)} onTurn=${() => turn(model.id)}>
      ${model.name} <span class="soft number">${priceFrom(model) === null ? "" : dollars(priceFrom(model))}</span><//>`)}
    ${usable.length > shown.length &&
    html`<button type="button" class="button slim quiet" onClick=${() => setEvery(true)}>All ${usable.length} models</button>`}</div>`;
}

function Seeds({ asked }) {
  const more = () => choose({ seeds: [...parted(asked.seeds), crypto.getRandomValues(new Uint16Array(1))[0]].join(", ") });
  return html`<div class="row nowrap"><label class="unseen" for="axis-seeds">Seeds, apart by commas</label>
    <input class="input number" id="axis-seeds" value=${asked.seeds} inputmode="numeric" placeholder="1, 2, 3"
      onInput=${(event) => choose({ seeds: event.target.value })} />
    <button type="button" class="button slim" onClick=${more}><${Icon} name="dice" />One more</button></div>`;
}

function Knobbed({ by, asked, mine }) {
  const knob = mine.map((model) => knobCalled(model, by)).find(Boolean);
  if (!mine.length) return html`<p class="soft small">…</p>`;
  if (!knob) return html`<p class="soft small">${mine.length === 1 ? `${mine[0].name} has` : "These models have"} no ${by.toLowerCase()} to set.</p>`;
  const chosen = asked.settings[by] ?? [];
  const set = (values) => choose({ settings: { ...asked.settings, [by]: values } });
  if (knob.kind === "choice") {
    const turn = (option) => set(chosen.includes(option) ? chosen.filter((each) => each !== option) : [...chosen, option]);
    return html`<div class="chips" role="group" aria-label=${by}>
      ${knob.options.map((option) => html`<${Chip} key=${option} on=${chosen.includes(option)} onTurn=${() => turn(option)}>${String(option).replaceAll(/[-_]/g, " ")}<//>`)}</div>`;
  }
  const read = (event) => set(parted(event.target.value).map(Number).filter((value) => value >= knob.least && value <= knob.most));
  return html`<div class="field"><label class="unseen" for="axis-numbers">${by}, apart by commas</label>
    <input class="input number" id="axis-numbers" key=${by} defaultValue=${chosen.join(", ")} inputmode="decimal"
      placeholder=${`from ${knob.least} to ${knob.most}, apart by commas`} onChange=${read} /></div>`;
}

// What is the same for every cell: the model, where none differ, and the shape.
export function Chosen({ asked, usable, ids, mine }) {
  const alone = ![asked.down, asked.across].includes("Model");
  const shapes = SHAPES.filter((shape) => mine.every((model) => Object.keys(sized(model, shape)).length));
  return html`<div class="row">
    ${alone &&
    html`<label class="small soft" for="axis-model">Drawn on</label>
      <select class="slim" id="axis-model" value=${ids[0]} onChange=${(event) => choose({ models: [event.target.value] })}>
        ${usable.map((model) => html`<option key=${model.id} value=${model.id}>${model.name}</option>`)}</select>`}
    <label class="small soft" for="axis-shape">Shape</label>
    <select class="slim" id="axis-shape" value=${shapes.includes(asked.shape) ? asked.shape : "1:1"} onChange=${(event) => choose({ shape: event.target.value })}>
      ${shapes.map((shape) => html`<option key=${shape}>${shape}</option>`)}</select>
  </div>`;
}

function Chip({ on, onTurn, children }) {
  return html`<button type="button" class="chip" aria-pressed=${String(on)} onClick=${onTurn}>${on && html`<${Icon} name="check" />`}<span>${children}</span></button>`;
}

// What is still wanted before the grid can be drawn; empty when nothing is.
export function faults({ down, across, asked, mine }) {
  const found = [];
  for (const [side, values] of [[asked.across, across], [asked.down, down]]) {
    if (!values.length) found.push(`Give ${SETTINGS.includes(side) ? `values of ${side.toLowerCase()}` : `a ${side.toLowerCase()}`}, better two.`);
    if (values.length > MOST) found.push(`A grid has at most ${MOST} ${side.toLowerCase()}s a side, and these are ${values.length}.`);
    const most = Math.min(...mine.map(mostSeed));
    if (side === "Seed" && values.some((value) => value.set.seed > most)) found.push(`A seed is at most ${most.toLocaleString("en-US")}.`);
    const without = SETTINGS.includes(side) && mine.find((model) => !knobCalled(model, side));
    if (without) found.push(`${without.name} has no ${side.toLowerCase()}; take it out, or compare something else.`);
  }
  return mine.length ? found : ["…"];
}
