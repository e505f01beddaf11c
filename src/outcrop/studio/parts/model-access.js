// Which models the account has access to, what they do and cost, what draws them, and access at a click. Knows models.
import { html, useEffect, useState } from "../ui.js";
import { dollars } from "../state/money.js";
import { changeAccess, loadModels, models, priceFrom } from "../state/models.js";
import { tell, tellProblem } from "../state/notices.js";
import { may } from "../state/session.js";
import { useStore } from "../state/store.js";
import { Dialog } from "./dialog.js";

export function ModelAccess() {
  const all = useStore(models);
  const [asked, setAsked] = useState(null);
  useEffect(() => {
    loadModels().catch(tellProblem);
  }, []);
  if (!all) return html`<p class="soft">…</p>`;
  const decides = may("GrantModelAccess") && may("WithdrawModelAccess");
  return html`<section class="card"><div class="table-wrap" tabindex="0" role="region" aria-label="Models"><table class="broad">
    <thead><tr><th scope="col">Model</th><th scope="col">Does</th><th scope="col">Drawn by</th><th scope="col" class="number">From</th><th scope="col">Access</th></tr></thead>
    <tbody>${[...all].sort((a, b) => b.operations.length - a.operations.length).map((model) => html`<tr key=${model.id}>
      <td><b>${model.name}</b><br /><span class="soft">${model.id}</span></td>
      <td>${model.operations.map((each) => each.replaceAll("_", " ")).join(", ") || html`<span class="soft">no weights here</span>`}</td>
      <td>${drawnBy(model)}${model.weights.preview && html` <span class="tag">preview</span>`}</td>
      <td class="number">${priceFrom(model) ? dollars(priceFrom(model)) : "–"}</td>
      <td><span class=${`tag ${model.access ? "good" : "warn"}`}>${model.access ? "yes" : "not yet"}</span>
        ${decides && html` <button class="button slim" aria-label=${`${model.access ? "Withdraw" : "Give"} access: ${model.name}`}
          onClick=${() => setAsked(model)}>${model.access ? "Withdraw" : "Give access"}</button>`}</td></tr>`)}</tbody></table></div>
    ${!decides && html`<p class="soft small">Whoever runs the account gives access, here or by <code>outcrop access grant</code>.</p>`}
    ${asked && html`<${asked.access ? Withdraw : Give} model=${asked} onClose=${() => setAsked(null)} />`}</section>`;
}

function Give({ model, onClose }) {
  const price = priceFrom(model);
  const { licence, name, preview } = model.weights;
  const away = model.backend === "bedrock";
  return html`<${Dialog} title=${`Give access to ${model.name}`} onClose=${onClose}>
    <p>Everybody in the account whose policies allow it may use it from now on. The terms:</p>
    <dl class="facts">
      <dt>Price</dt><dd>${price ? `from ${dollars(price)} a picture, by the price list of ${model.prices.holdsFrom}` : "no list has one"}</dd>
      <dt>Drawn by</dt><dd>${drawnBy(model)}${preview ? ", the small model that comes with the server" : ""}</dd>
      <dt>Use terms</dt><dd>${away
        ? "Prompts and pictures leave this server: Amazon's terms for the model hold, and Amazon's bill comes as well."
        : licence
          ? `The weights “${name}” are under the licence ${licence}; what it allows holds for the pictures.`
          : `The weights “${name}” name no licence; ask whoever put them on this server before pictures are published.`}</dd>
      ${model.lifecycle !== "ACTIVE" && html`<dt>At AWS</dt><dd>retired${model.endOfLife ? ` on ${model.endOfLife}` : ""}; here it stays.</dd>`}
    </dl>
    <${Deeds} label="Give access" onDo=${() => change("PUT", model, `“${model.name}” may be used from now on.`)} onClose=${onClose} />
  <//>`;
}

function Withdraw({ model, onClose }) {
  return html`<${Dialog} title=${`Withdraw ${model.name}`} onClose=${onClose}>
    <p>From the next call on, nobody in the account may use it. What was made with it stays, and access can be given again.</p>
    <${Deeds} label="Withdraw access" onDo=${() => change("DELETE", model, `“${model.name}” may not be used any more.`)} onClose=${onClose} />
  <//>`;
}

function Deeds({ label, onDo, onClose }) {
  const [busy, setBusy] = useState(false);
  const go = async () => {
    setBusy(true);
    if (await onDo()) onClose();
    else setBusy(false);
  };
  return html`<div class="row"><button class="button main" disabled=${busy} onClick=${go}>${label}</button>
    <button class="button quiet" onClick=${onClose}>Leave it</button></div>`;
}

async function change(method, model, told) {
  try {
    await changeAccess(model, method);
    tell(told);
    return true;
  } catch (problem) {
    tellProblem(problem);
    return false;
  }
}

function drawnBy({ backend, weights }) {
  return backend === "bedrock" ? "Amazon Bedrock" : weights.name;
}
