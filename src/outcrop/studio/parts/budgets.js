// Budgets: how much of each is used, and new ones. Knows budgets; knows no booking.
import { html } from "../ui.js";
import { call } from "../net/call.js";
import { dollars, micros } from "../state/money.js";
import { tell, tellProblem } from "../state/notices.js";
import { useReading } from "../state/reading.js";
import { may, session } from "../state/session.js";
import { Icon } from "./icon.js";

const PERIODS = { day: "a day", month: "a month", all: "for ever" };

export function Budgets() {
  const [budgets, read] = useReading(async () => (await call("GET", "/v1/budgets")).budgets);
  if (!budgets) return html`<p class="soft">…</p>`;
  return html`<div class="stack wide">
    ${budgets.length === 0 && html`<div class="empty"><${Icon} name="run" /><h2>No budgets</h2><p>Nothing holds spending up. A budget refuses what would pass it, before anything is drawn.</p></div>`}
    <div class="two">${budgets.map((each) => html`<${Budget} key=${each.name} budget=${each} onGone=${read} />`)}</div>
    ${may("PutBudget") && html`<${Add} onKept=${read} />`}
  </div>`;
}

function Budget({ budget, onGone }) {
  const part = Math.min(1, micros(budget.used) / Math.max(1, micros(budget.limit)));
  const drop = async () => {
    if (!confirm(`Delete the budget “${budget.name}”? It holds nobody up any more.`)) return;
    try {
      await call("DELETE", `/v1/budgets/${encodeURIComponent(budget.name)}`);
      onGone();
    } catch (problem) {
      tellProblem(problem);
    }
  };
  const ours = budget.scope === "account" && budget.value === session.get().caller.account.id;
  const whose = budget.scope === "all" ? "everybody" : ours ? "everybody in the account" : `${budget.scope} ${budget.value.replace(/^\d+\//, "")}`;
  return html`<section class="card stack tight">
    <div class="row between"><h2>${budget.name}</h2>${may("DeleteBudget") && html`<button class="button icon slim quiet" aria-label=${`Delete ${budget.name}`} onClick=${drop}><${Icon} name="trash" /></button>`}</div>
    <p class="number"><b>${dollars(budget.used)}</b> <span class="soft">of ${dollars(budget.limit)} ${PERIODS[budget.period]}</span></p>
    <div class=${`progress ${part >= 0.8 ? "tight" : ""}`} role="progressbar" aria-label=${`Used of ${budget.name}`} aria-valuemin="0" aria-valuemax="100" aria-valuenow=${Math.round(part * 100)}><span style=${{ "--part": part }}></span></div>
    <p class="soft small">For ${whose}${budget.beginsAnew ? `; begins anew on ${budget.beginsAnew.slice(0, 10)}` : ""}.</p>
  </section>`;
}

function Add({ onKept }) {
  const add = async (event) => {
    event.preventDefault();
    const form = event.target;
    const given = Object.fromEntries(new FormData(form));
    const value = given.member ? `${session.get().caller.account.id}/${given.member}` : session.get().caller.account.id;
    try {
      const body = { scope: given.member ? "user" : "account", value, period: given.period, limit: given.limit };
      await call("PUT", `/v1/budgets/${encodeURIComponent(given.name)}`, { body });
      tell(`The budget “${given.name}” holds from now on.`);
      form.reset();
      onKept();
    } catch (problem) {
      tellProblem(problem);
    }
  };
  return html`<form class="card stack" onSubmit=${add}><h2>A new budget</h2>
    <div class="fields">
      <div class="field"><label for="budget-name">Name</label><input class="input" id="budget-name" name="name" required maxlength="64" pattern="[A-Za-z0-9._\\-]+" /></div>
      <div class="field"><label for="budget-limit">Dollars</label><input class="input number" id="budget-limit" name="limit" required inputmode="decimal" pattern="[0-9]+([.][0-9]{1,6})?" placeholder="250.00" /></div>
      <div class="field"><label for="budget-period">Per</label><select id="budget-period" name="period"><option value="month">Month</option><option value="day">Day</option><option value="all">For ever</option></select></div>
      <div class="field"><label for="budget-member">Of one member (or all)</label><input class="input" id="budget-member" name="member" maxlength="64" placeholder="everybody in the account" /></div>
    </div>
    <div><button class="button main slim">Set the budget</button></div></form>`;
}
