// The blind votes that there are, those that wait for one's own first. Knows ballots.
import { html, useEffect, useState } from "../ui.js";
import { listBallots } from "../state/ballots.js";
import { tellProblem } from "../state/notices.js";
import { CompareHead } from "./compare-head.js";
import { Icon } from "./icon.js";

export function Ballots() {
  const [found, setFound] = useState(null);
  useEffect(() => {
    listBallots().then(setFound, tellProblem);
  }, []);
  const waiting = found?.filter((each) => each.next) ?? [];
  const done = found?.filter((each) => !each.next) ?? [];
  return html`<div class="stack wide">
    <${CompareHead} part="votes">Two pictures of the same prompt, and nobody says which is which until you have voted.<//>
    ${found?.length === 0 &&
    html`<div class="empty"><${Icon} name="eye" /><h2>No votes yet</h2><p>Draw a grid of models, and ask for a blind vote on it there.</p>
      <a class="button" href="#/compare">To the grids</a></div>`}
    ${waiting.length > 0 && html`<section class="stack"><h2>Waiting for your vote</h2><div class="sheets">${waiting.map((each) => html`<${Kept} key=${each.id} ballot=${each} />`)}</div></section>`}
    ${done.length > 0 && html`<section class="stack"><h2>Counted</h2><div class="sheets">${done.map((each) => html`<${Kept} key=${each.id} ballot=${each} />`)}</div></section>`}
  </div>`;
}

function Kept({ ballot }) {
  const members = `${ballot.members} ${ballot.members === 1 ? "member has" : "members have"} voted`;
  const [first, second] = [...(ballot.result?.tally ?? [])].sort((a, b) => (b.share ?? 0) - (a.share ?? 0));
  const standing = first?.share === second?.share ? "Even so far" : `${first?.contestant} leads`;
  return html`<a class="card ballot-card" href=${`#/compare/votes/${ballot.id}`}>
    <b>${ballot.name}</b>
    <span class="soft small">${ballot.contestants.join(" or ")}</span>
    <span class="soft small number">${ballot.next ? `${ballot.pairs - ballot.voted} of ${ballot.pairs} pairs to go` : standing} · ${members}</span>
  </a>`;
}
