// Which models the account has access to, what they do and cost, and what draws them here. Knows models.
import { html, useEffect } from "../ui.js";
import { dollars } from "../state/money.js";
import { loadModels, models, priceFrom } from "../state/models.js";
import { tellProblem } from "../state/notices.js";
import { useStore } from "../state/store.js";

export function ModelAccess() {
  const all = useStore(models);
  useEffect(() => {
    loadModels().catch(tellProblem);
  }, []);
  if (!all) return html`<p class="soft">…</p>`;
  return html`<section class="card"><div class="table-wrap" tabindex="0" role="region" aria-label="Models"><table>
    <thead><tr><th scope="col">Model</th><th scope="col">Does</th><th scope="col">Drawn by</th><th scope="col" class="number">From</th><th scope="col">Access</th></tr></thead>
    <tbody>${[...all].sort((a, b) => b.operations.length - a.operations.length).map((model) => html`<tr key=${model.id}>
      <td><b>${model.name}</b><br /><span class="soft">${model.id}</span></td>
      <td>${model.operations.map((each) => each.replaceAll("_", " ")).join(", ") || html`<span class="soft">no weights here</span>`}</td>
      <td>${model.weights.name}${model.weights.preview && html` <span class="tag">preview</span>`}</td>
      <td class="number">${priceFrom(model) ? dollars(priceFrom(model)) : "–"}</td>
      <td><span class=${`tag ${model.access ? "good" : "warn"}`}>${model.access ? "yes" : "not yet"}</span></td></tr>`)}</tbody></table></div>
    <p class="soft small">Whoever runs the server gives access: <code>outcrop access grant</code></p></section>`;
}
