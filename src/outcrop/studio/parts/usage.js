// What the last thirty days cost: by day, by model and by member. Knows cost reports.
import { html, useEffect, useState } from "../ui.js";
import { call } from "../net/call.js";
import { loadModels, models } from "../state/models.js";
import { dollars } from "../state/money.js";
import { tellProblem } from "../state/notices.js";
import { reach } from "../state/session.js";
import { useStore } from "../state/store.js";
import { Bars } from "./bars.js";

const DAYS = 30;
const DAY_MS = 86_400_000;

export function Usage() {
  const [found, setFound] = useState(null);
  useEffect(() => {
    const since = new Date(Date.now() - (DAYS - 1) * DAY_MS).toISOString().slice(0, 10);
    const report = (by) => call("GET", "/v1/costs", { query: { ...reach("GetCosts"), by, since } });
    Promise.all([report("day"), report("model"), report("user")]).then(setFound, tellProblem);
    loadModels().catch(() => {}); // who may not list them reads their ids
  }, []);
  if (!found) return html`<p class="soft">…</p>`;
  const [byDay, byModel, byUser] = found;
  const { total } = byDay;
  return html`<div class="stack wide">
    <dl class="costs number"><div><dt>Last ${DAYS} days</dt><dd>${dollars(total.listPrice)}</dd></div>
      <div><dt>From credit</dt><dd>${dollars(total.fromCredit)}</dd></div><div><dt>Billed</dt><dd>${dollars(total.billed)}</dd></div>
      <div><dt>Pictures</dt><dd>${total.pictures.toLocaleString("en-US")}</dd></div></dl>
    <section class="card"><h2>By day</h2><${Bars} days=${filled(byDay.lines)} label="Cost of each of the last thirty days" /></section>
    <div class="two"><section class="card"><h2>By model</h2><${Lines} report=${byModel} name="model" /></section>
      <section class="card"><h2>By member</h2><${Lines} report=${byUser} name="user" /></section></div>
  </div>`;
}

function Lines({ report, name }) {
  const names = new Map((useStore(models) ?? []).map((model) => [model.id, model.name]));
  if (!report.lines.length) return html`<p class="soft small">Nothing yet.</p>`;
  return html`<div class="table-wrap" tabindex="0" role="region" aria-label=${`Cost by ${name}`}><table><thead><tr><th scope="col">${name === "user" ? "Member" : "Model"}</th><th scope="col" class="number">Pictures</th><th scope="col" class="number">Cost</th></tr></thead>
    <tbody>${report.lines.map((line) => html`<tr key=${line.key[name]}><td title=${line.key[name]}>${names.get(line.key[name]) ?? line.key[name].replace(/^\d+\//, "")}</td>
      <td class="number">${line.pictures.toLocaleString("en-US")}</td><td class="number">${dollars(line.listPrice)}</td></tr>`)}</tbody></table></div>`;
}

// Days on which nothing was drawn are days too.
function filled(lines) {
  const costs = new Map(lines.map((line) => [line.key.day, line.listPrice]));
  return Array.from({ length: DAYS }, (_, back) => {
    const day = new Date(Date.now() - (DAYS - 1 - back) * DAY_MS).toISOString().slice(0, 10);
    return { day, amount: costs.get(day) ?? "0" };
  });
}
