// The knobs of a model, drawn from what its schema says. Knows kinds of values; knows no model.
import { html } from "../ui.js";
import { Colours } from "./colours.js";
import { Typed } from "./typed.js";

const SHAPE = /^\d+[:x]\d+$/;

export function Knob({ knob, value, onTurn }) {
  if (knob.kind === "number") return html`<${Ranged} knob=${knob} value=${value} onTurn=${onTurn} />`;
  if (knob.kind === "colours") return html`<${Colours} knob=${knob} value=${value} onTurn=${onTurn} />`;
  if (knob.options.every((option) => SHAPE.test(option))) {
    return html`<${Shapes} knob=${knob} value=${value} onTurn=${onTurn} />`;
  }
  const id = `knob-${knob.name}`;
  return html`<div class="field"><label for=${id}>${knob.label}</label>
    <select id=${id} value=${value ?? ""} onChange=${(event) => onTurn(event.target.value || undefined)}>
      <option value="">${knob.otherwise === undefined ? "As the model chooses" : read(knob.otherwise)}</option>
      ${knob.options.filter((option) => option !== knob.otherwise).map((option) => html`<option value=${option}>${read(option)}</option>`)}
    </select></div>`;
}

function Ranged({ knob, value, onTurn }) {
  const id = `knob-${knob.name}`;
  const step = knob.whole ? 1 : 0.1;
  const turned = (text) => onTurn(text === "" ? undefined : Number(text));
  return html`<div class="field"><label for=${id}>${knob.label}</label>
    <div class="ranged">
      <input type="range" id=${id} min=${knob.least} max=${knob.most} step=${step}
        value=${value ?? knob.otherwise ?? knob.least} onInput=${(event) => turned(event.target.value)} aria-describedby=${knob.hint && `${id}-hint`} />
      <${Typed} class="input number" type="number" aria-label=${`${knob.label}, as a number`} min=${knob.least} max=${knob.most}
        step=${step} value=${value ?? ""} placeholder=${knob.otherwise ?? "auto"} onSet=${turned} />
    </div>
    ${knob.hint && html`<span class="hint" id=${`${id}-hint`}>${knob.hint}</span>`}
  </div>`;
}

function Shapes({ knob, value, onTurn }) {
  const chosen = value ?? knob.otherwise;
  const options = [...knob.options].sort((a, b) => ratio(b) - ratio(a));
  return html`<fieldset class="field"><legend class="label">${knob.label}</legend>
    <div class="shapes">
      ${options.map(
        (option) => html`<label key=${option} class="shape" title=${option}>
          <input class="unseen" type="radio" name=${`knob-${knob.name}`} value=${option} checked=${option === chosen}
            onChange=${() => onTurn(option)} />
          <span class="outline"><i style=${outline(option)}></i></span><span class="number">${shown(option)}</span>
        </label>`,
      )}
    </div></fieldset>`;
}

function ratio(option) {
  const [width, height] = option.split(/[:x]/).map(Number);
  return width / height;
}

function outline(option) {
  const wide = ratio(option);
  const area = 300;
  return { width: `${Math.sqrt(area * wide)}px`, height: `${Math.sqrt(area / wide)}px` };
}

// A size may go over two lines, after its sign alone: in one the narrow columns have no room for it.
function shown(option) {
  const [width, height] = option.split("x");
  return height === undefined ? option : html`${width}×<wbr />${height}`;
}

function read(option) {
  const words = String(option).replaceAll(/[-_]/g, " ");
  return words === words.toUpperCase() && words.length > 4 ? words.charAt(0) + words.slice(1).toLowerCase() : words;
}
