// The colours that a picture is painted in: none, some, or the brand's. Knows the kit; knows no model.
import { html } from "../ui.js";
import { useKit } from "../state/brand.js";
import { Icon } from "./icon.js";

const FIRST = "#c8552b";

export function Colours({ knob, value = [], onTurn }) {
  const { palette } = useKit();
  const ours = [...new Set(palette.map(({ hex }) => hex))].slice(0, knob.most);
  const set = (colours) => onTurn(colours.length ? colours : undefined);
  return html`<fieldset class="field"><legend class="label">${knob.label}</legend>
    <div class="row colours">
      ${value.map((hex, number) => html`<span class="row nowrap colour" key=${number}>
        <input type="color" aria-label=${`Colour ${number + 1}`} value=${hex} onInput=${(event) => set(value.map((each, place) => (place === number ? event.target.value : each)))} />
        <button type="button" class="button icon quiet slim" aria-label=${`Remove colour ${number + 1}, ${hex}`} onClick=${() => set(value.filter((_, place) => place !== number))}><${Icon} name="close" /></button></span>`)}
      <button type="button" class="button slim" disabled=${value.length >= knob.most} onClick=${() => set([...value, value.at(-1) ?? FIRST])}>Add a colour</button>
      ${ours.length > 0 &&
      html`<button type="button" class="button slim" aria-pressed=${String(ours.join() === value.join())} onClick=${() => set(ours)}>Our palette</button>`}
    </div>
    <span class="hint">${value.length ? "The picture is made of these; style presets do not go with them." : "As the words say. Choose some, and the picture is made of them."}</span>
  </fieldset>`;
}
