// One blind vote: two pictures and three answers, pair after pair; then the tally and which was which. Knows ballots.
import { html, useEffect, useLayoutEffect, useRef, useState } from "../ui.js";
import { ballotNamed, ballots, cast, remove, sideOf } from "../state/ballots.js";
import { contentOf } from "../state/assets.js";
import { tell, tellProblem } from "../state/notices.js";
import { go } from "../state/place.js";
import { mayTo } from "../state/session.js";
import { useStore } from "../state/store.js";
import { Icon } from "./icon.js";
import { Viewer } from "./viewer.js";

const ANSWERS = [
  { found: "left", key: "ArrowLeft", label: "Left is better" },
  { found: "tie", key: "ArrowDown", label: "Neither" },
  { found: "right", key: "ArrowRight", label: "Right is better" },
];

export function Ballot({ id }) {
  const ballot = useStore(ballots).get(id);
  useEffect(() => {
    ballotNamed(id).catch(tellProblem);
  }, [id]);
  if (!ballot) return html`<p class="soft">…</p>`;
  return html`<div class="stack wide">
    <div class="head"><div><a class="small" href="#/compare/votes">All votes</a><h1>${ballot.name}</h1></div>
      ${mayTo("DeleteBallot", ballot) && html`<button class="button quiet danger" onClick=${() => discard(ballot)}><${Icon} name="trash" />Delete</button>`}</div>
    ${ballot.next ? html`<${Pair} ballot=${ballot} />` : html`<${Counted} ballot=${ballot} />`}
  </div>`;
}

async function discard(ballot) {
  if (!confirm("Delete this vote, with all that members have cast? The pictures stay.")) return;
  try {
    await remove(ballot.id);
    tell("The vote is deleted.");
    go("compare/votes");
  } catch (problem) {
    tellProblem(problem);
  }
}

function Pair({ ballot }) {
  const { pair, about } = ballot.next;
  const [busy, setBusy] = useState(false);
  const first = useRef();
  const voting = useRef(null); // the pair whose vote is on its way
  const vote = async (found) => {
    if (voting.current === pair) return;
    voting.current = pair;
    setBusy(true);
    await cast(ballot.id, pair, found).catch((problem) => {
      voting.current = null;
      tellProblem(problem);
      return ballotNamed(ballot.id).catch(() => {}); // in another window one may have voted otherwise
    });
    setBusy(false);
  };
  useLayoutEffect(() => first.current.focus({ preventScroll: true }), [pair]);
  useLayoutEffect(() => {
    const press = (event) => {
      const answer = ANSWERS.find((each) => each.key === event.key);
      if (!answer || event.ctrlKey || event.metaKey || event.target.closest("input, textarea, select, dialog")) return;
      event.preventDefault();
      vote(answer.found);
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, [pair]);
  const picture = (side) => html`<figure class="picture tile"><img key=${pair} src=${sideOf(ballot.id, pair, side)} alt=${`The picture on the ${side}`} /></figure>`;
  return html`<section class="stack duel" aria-label="Vote">
    <div class="row between"><p ref=${first} tabindex="-1"><b>Which is better?</b> <span class="soft">${about}</span></p>
      <span class="soft small number" role="status">Pair ${ballot.voted + 1} of ${ballot.pairs}</span></div>
    <div class="duel-pair">${picture("left")}${picture("right")}</div>
    <div class="duel-answers">
      ${ANSWERS.map((each) => html`<button key=${each.found} class="button" disabled=${busy} onClick=${() => vote(each.found)}>${each.label}</button>`)}</div>
    <div class="progress" role="progressbar" aria-label="Pairs voted on" aria-valuemin="0" aria-valuemax=${ballot.pairs} aria-valuenow=${ballot.voted}><span style=${{ "--part": ballot.voted / ballot.pairs }}></span></div>
    <p class="soft small keys">Arrows left and right choose, <kbd>↓</kbd> says neither. A vote does not change; which was which is told after the last pair.</p>
  </section>`;
}

function Counted({ ballot }) {
  const { tally, mine, comparison } = ballot.result;
  const [open, setOpen] = useState(null);
  const sorted = [...tally].sort((a, b) => (b.share ?? 0) - (a.share ?? 0));
  const votes = sorted.reduce((sum, each) => sum + each.wins, 0) + sorted.reduce((sum, each) => sum + each.ties, 0) / 2;
  return html`<section class="card stack"><div class="row between"><h2>Tally</h2>
      <span class="soft small number">${votes} ${votes === 1 ? "vote" : "votes"} of ${ballot.members} ${ballot.members === 1 ? "member" : "members"}</span></div>
    <div class="table-wrap" tabindex="0" role="region" aria-label="Tally"><table class="tally">
      <thead><tr><th scope="col">${ballot.by}</th><th scope="col">Share</th><th scope="col" class="number">Won</th><th scope="col" class="number">Lost</th><th scope="col" class="number">Neither</th></tr></thead>
      <tbody>${sorted.map((each) => html`<${Line} key=${each.contestant} standing=${each} />`)}</tbody></table></div>
    <p class="soft small">A share counts “neither” as half. The bar says where it lies for good, 95 times in 100, if every vote were independent: bars that overlap decide nothing yet.</p></section>
    <section class="stack"><div class="row between"><h2>Which was which</h2>
        ${comparison && html`<a class="button slim" href=${`#/compare/${comparison}`}><${Icon} name="compare" />To the grid</a>`}</div>
      <div class="reveals">${mine.map((each) => html`<${Revealed} key=${each.pair} one=${each} onOpen=${setOpen} />`)}</div></section>
    ${open && html`<${Viewer} id=${open} onClose=${() => setOpen(null)} onOpen=${setOpen} />`}`;
}

function Line({ standing }) {
  const { contestant, wins, losses, ties, share, low, high } = standing;
  return html`<tr><th scope="row">${contestant}</th>
    <td>${share === null
      ? html`<span class="soft">no votes</span>`
      : html`<div class="share"><b class="number">${percent(share)}</b>
          <span class="interval" style=${{ "--low": low, "--high": high, "--share": share }} aria-hidden="true"><i></i></span>
          <span class="soft number">${percent(low)} to ${percent(high)}</span></div>`}</td>
    <td class="number">${wins}</td><td class="number">${losses}</td><td class="number">${ties}</td></tr>`;
}

function Revealed({ one, onOpen }) {
  const side = (name) => {
    const { contestant, asset } = one[name];
    const better = one.found === name;
    return html`<div class=${`draft ${better ? "on" : ""}`}>
      <figure class="picture tile square">${asset && html`<button class="open" onClick=${() => onOpen(asset)} aria-label=${`Open: ${contestant}, ${one.about}`}>
        <img src=${contentOf(asset, { width: 384 })} alt="" loading="lazy" /></button>`}</figure>
      <div class="under"><span>${contestant}</span>${better && html`<span class="tag good"><${Icon} name="check" />your vote</span>`}</div></div>`;
  };
  return html`<figure class="stack tight"><figcaption class="small soft">${one.about}${one.found === "tie" && ", neither"}</figcaption>
    <div class="reveal">${side("left")}${side("right")}</div></figure>`;
}

function percent(part) {
  return `${Math.round(part * 100)} %`;
}
