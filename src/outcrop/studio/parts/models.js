// The choice of a model: name, price and access; the present ones first. Knows models; knows no page.
import { html, useState } from "../ui.js";
import { dollars } from "../state/money.js";
import { drawing, priceFrom } from "../state/models.js";

const FEW = 3;

export function Models({ all, chosen, onChoose }) {
  const [every, setEvery] = useState(false);
  if (!all) return html`<div class="models"><p class="soft small">Models…</p></div>`;
  const usable = drawing(all);
  const few = usable.slice(0, FEW);
  const mine = usable.find((each) => each.id === chosen);
  const shown = every ? usable : [...few, ...(mine && !few.includes(mine) ? [mine] : [])];
  return html`<fieldset class="field"><legend class="label">Model</legend>
    <div class="models">
      ${shown.map((each) => html`<${Choice} key=${each.id} model=${each} chosen=${each.id === chosen} onChoose=${onChoose} />`)}
    </div>
    ${usable.length > shown.length &&
    html`<button type="button" class="button slim quiet" onClick=${() => setEvery(true)}>All ${usable.length} models</button>`}
  </fieldset>`;
}

function Choice({ model, chosen, onChoose }) {
  const price = priceFrom(model);
  return html`<label class="model">
    <input type="radio" name="model" value=${model.id} checked=${chosen} disabled=${!model.access}
      onChange=${() => onChoose(model.id)} />
    <span class="name">${model.name}
      ${!model.access && html`<span class="tag warn">no access yet</span>`}
      ${model.lifecycle !== "ACTIVE" && html`<span class="tag">retired at AWS</span>`}</span>
    <span class="soft small number">${price === null ? "" : dollars(price)}</span>
  </label>`;
}
