// The tools of the brush: which one, how large, how soft, back and forth. Knows a brush; knows no canvas.
import { html } from "../ui.js";
import { Icon } from "./icon.js";

const TOOLS = [
  { name: "brush", label: "Brush", key: "B" },
  { name: "eraser", label: "Eraser", key: "E" },
  { name: "lasso", label: "Lasso", key: "L" },
  { name: "box", label: "Rectangle", key: "R" },
];

export function Tools({ brush }) {
  return html`<div class="stack tight">
    <div class="row">
      <div class="choice" role="group" aria-label="Tool">
        ${TOOLS.map((tool) => html`<button key=${tool.name} aria-pressed=${String(brush.tool === tool.name)} title=${`${tool.label} (${tool.key}, on the picture)`} aria-label=${tool.label}
          onClick=${() => brush.setTool(tool.name)}><${Icon} name=${tool.name} /></button>`)}</div>
      <button class="button icon slim quiet" aria-label="Undo" disabled=${!brush.strokes.length} onClick=${brush.undo}><${Icon} name="undo" /></button>
      <button class="button icon slim quiet" aria-label="Redo" disabled=${!brush.canRedo} onClick=${brush.redo}><${Icon} name="redo" /></button>
      <div class="row nowrap"><button class="button slim quiet" title="Invert (I, on the picture)" onClick=${brush.invert}>Invert</button>
        <button class="button slim quiet" disabled=${!brush.strokes.length} onClick=${brush.clear}>Clear</button></div>
    </div>
    <div class="field"><label for="brush-size">Size</label>
      <input id="brush-size" type="range" min="4" max="400" value=${brush.size} onInput=${(event) => brush.setSize(Number(event.target.value))} /></div>
    <div class="field"><label for="feather">Soft edge</label>
      <input id="feather" type="range" min="0" max="64" value=${brush.feather} onInput=${(event) => brush.setFeather(Number(event.target.value))} /></div>
  </div>`;
}
