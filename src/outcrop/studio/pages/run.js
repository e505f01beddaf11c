// Run: what is spent and what is left, who may do what, and what waits for a decision. Each part only for whom it is.
import { html } from "../ui.js";
import { Budgets } from "../parts/budgets.js";
import { Credit } from "../parts/credit.js";
import { Members } from "../parts/members.js";
import { ModelAccess } from "../parts/model-access.js";
import { Reviews } from "../parts/reviews.js";
import { Trail } from "../parts/trail.js";
import { Usage } from "../parts/usage.js";
import { amend, place } from "../state/place.js";
import { may } from "../state/session.js";
import { useStore } from "../state/store.js";

const PARTS = [
  { path: "usage", name: "Usage", part: Usage, asks: "GetCosts", of: "user" },
  { path: "credit", name: "Credit", part: Credit, asks: "ListCreditPools" },
  { path: "budgets", name: "Budgets", part: Budgets, asks: "ListBudgets" },
  { path: "members", name: "Members and keys", part: Members, asks: "ListUsers" },
  { path: "models", name: "Models", part: ModelAccess, asks: "ListModels" },
  { path: "reviews", name: "Approvals", part: Reviews, asks: "ListReviews" },
  { path: "trail", name: "Audit trail", part: Trail, asks: "ListAuditEvents", of: "user" },
];

export default function Run() {
  const { rest } = useStore(place);
  const shown = PARTS.filter((each) => may(each.asks, each.of));
  const chosen = shown.find((each) => each.path === rest[0]) ?? shown[0];
  return html`<div class="head"><div><h1>Run</h1></div>
      <div class="choice parts-of-run" role="group" aria-label="Parts of this page">
        ${shown.map((each) => html`<button key=${each.path} aria-pressed=${String(each === chosen)} onClick=${() => amend(`run/${each.path}`)}>${each.name}</button>`)}</div></div>
    ${chosen && html`<${chosen.part} key=${chosen.path} />`}`;
}
