// The head of the page Compare, with its two parts. Knows neither.
import { html } from "../ui.js";
import { amend } from "../state/place.js";
import { may } from "../state/session.js";

export function CompareHead({ part, children }) {
  return html`<div class="head"><div><h1>Compare</h1><p>${children}</p></div>
    ${may("ListBallots", "user") &&
    html`<div class="choice" role="group" aria-label="Parts of this page">
      <button aria-pressed=${String(part === "grids")} onClick=${() => amend("compare")}>Grids</button>
      <button aria-pressed=${String(part === "votes")} onClick=${() => amend("compare/votes")}>Blind votes</button></div>`}</div>`;
}
