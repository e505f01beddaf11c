// Pools of credit: what is left of each, how it went down, and when it will be used up. Knows credit pools.
import { html, useEffect, useState } from "../ui.js";
import { call } from "../net/call.js";
import { dollars, micros } from "../state/money.js";
import { drawing, loadModels, models } from "../state/models.js";
import { tellProblem } from "../state/notices.js";
import { may } from "../state/session.js";
import { useStore } from "../state/store.js";
import { Bars } from "./bars.js";
import { Icon } from "./icon.js";

const SHOWN = 3;

export function Credit() {
  const [pools, setPools] = useState(null);
  useEffect(() => {
    call("GET", "/v1/credit-pools").then((found) => setPools(found.creditPools), tellProblem);
  }, []);
  if (!pools) return html`<p class="soft">…</p>`;
  if (!pools.length) {
    return html`<div class="empty"><${Icon} name="run" /><h2>No credit</h2><p>Pictures are billed at their list price. Credit that is granted is drawn before anything is billed.</p></div>`;
  }
  return html`<div class="stack wide">${pools.map((pool) => html`<${Pool} key=${pool.name} pool=${pool} />`)}</div>`;
}

function Pool({ pool }) {
  const [days, setDays] = useState(null);
  useEffect(() => {
    if (!may("GetCreditPool")) return;
    const shown = (found) => setDays(found.burnDown.map((each) => ({ day: each.day, amount: each.left })));
    call("GET", `/v1/credit-pools/${encodeURIComponent(pool.name)}`).then(shown, () => setDays([]));
  }, []);
  const part = micros(pool.left) / Math.max(1, micros(pool.amount));
  return html`<section class="card stack">
    <div class="row between"><h2>${pool.name}</h2><span class="number"><b>${dollars(pool.left)}</b> <span class="soft">of ${dollars(pool.amount)} left</span></span></div>
    <div class="progress" role="progressbar" aria-label=${`Left of ${pool.name}`} aria-valuemin="0" aria-valuemax="100" aria-valuenow=${Math.round(part * 100)}><span style=${{ "--part": part }}></span></div>
    <p class="soft small">${told(pool)}</p>
    ${days?.length > 1 && html`<${Bars} days=${days} label=${`What was left of ${pool.name} at the end of each day`} />`}
    <${Enough} pool=${pool} />
  </section>`;
}

// How many pictures it still pays, of the models that draw from words.
function Enough({ pool }) {
  const all = useStore(models) ?? [];
  const counts = new Map(pool.pictures.map((each) => [each.model, each.pictures]));
  const told = drawing(all).filter((model) => counts.has(model.id)).slice(0, SHOWN);
  useEffect(() => {
    loadModels().catch(tellProblem);
  }, []);
  if (!told.length) return null;
  return html`<p class="small soft">Still pays for ${told.map((model) => `${counts.get(model.id).toLocaleString("en-US")} pictures of ${model.name}`).join(", or ")}.</p>`;
}

function told(pool) {
  const ends = pool.until ? `Ends on ${pool.until.slice(0, 10)}.` : "Does not end.";
  return pool.runsOut ? `${ends} Used up on ${pool.runsOut.slice(0, 10)} if it goes on as in the last week.` : ends;
}
