// One grid: its cells in their places as they arrive, what each cost and how long it took. Knows comparisons.
import { html, useEffect, useState } from "../ui.js";
import { beginBallot } from "../state/ballots.js";
import { comparisonNamed, comparisons, remove, rename, sheetOf } from "../state/comparisons.js";
import { LIVE, jobs } from "../state/jobs.js";
import { dollars } from "../state/money.js";
import { tell, tellProblem } from "../state/notices.js";
import { go } from "../state/place.js";
import { may, mayTo } from "../state/session.js";
import { useStore } from "../state/store.js";
import { Compare } from "./compare.js";
import { Icon } from "./icon.js";
import { JobTile } from "./job-tile.js";
import { Viewer } from "./viewer.js";

export function Comparison({ id }) {
  const grid = useStore(comparisons).get(id);
  const all = useStore(jobs);
  const [open, setOpen] = useState(null);
  const [first, setFirst] = useState(null);
  const [pair, setPair] = useState(null);
  const ended = grid ? grid.cells.filter((cell) => all.get(cell.job)?.state === "done").length : 0;
  useEffect(() => {
    comparisonNamed(id).catch(tellProblem); // at first, and what it has cost by now
  }, [id, ended]);
  if (!grid) return html`<p class="soft">…</p>`;
  const lay = (number) => {
    if (first === null || first === number) setFirst(first === number ? null : number);
    else {
      setPair([first, number]);
      setFirst(null);
    }
  };
  return html`<div class="stack wide">
    <div class="head"><div><a class="small" href="#/compare">All grids</a><h1>${grid.name}</h1></div><${Costs} grid=${grid} ended=${ended} /></div>
    <div class="row">
      ${ended > 0 && html`<a class="button" href=${sheetOf(id)} download=${`grid-${id}.webp`}><${Icon} name="down" />Download as one picture</a>`}
      ${ended > 1 && may("CreateBallot", "user") && html`<${Ask} grid=${grid} whole=${grid.cells.every((cell) => !LIVE.has(all.get(cell.job)?.state))} />`}
      <${Kept} grid=${grid} />
      <p class="soft small" role="status">${first === null ? "" : "Choose a second picture to lay over the first."}</p></div>
    <${Cells} grid=${grid} all=${all} first=${first} onOpen=${setOpen} onLay=${lay} />
    ${open && html`<${Viewer} id=${open} onClose=${() => setOpen(null)} onOpen=${setOpen} />`}
    ${pair && html`<${Laid} grid=${grid} all=${all} pair=${pair} onClose=${() => setPair(null)} />`}
  </div>`;
}

// What it is called, and whether it is kept.
function Kept({ grid }) {
  const call = async () => {
    const name = prompt("What to call the grid", grid.name)?.trim();
    if (name && name !== grid.name) await rename(grid.id, name).catch(tellProblem);
  };
  const discard = async () => {
    if (!confirm("Delete this grid? Its pictures stay in the library, and the votes on it stay under Blind votes.")) return;
    try {
      await remove(grid.id);
      tell("The grid is deleted.");
      go("compare");
    } catch (problem) {
      tellProblem(problem);
    }
  };
  return html`${mayTo("ChangeComparison", grid) && html`<button class="button quiet" onClick=${call}>Rename</button>`}
    ${mayTo("DeleteComparison", grid) && html`<button class="button quiet danger" onClick=${discard}><${Icon} name="trash" />Delete</button>`}`;
}

// Asks the members for a blind vote between models, where models differ, and otherwise along the side that has several.
function Ask({ grid, whole }) {
  const [busy, setBusy] = useState(false);
  const sides = ["across", "down"].filter((side) => grid[side].values.length > 1);
  const along = sides.find((side) => grid[side].by === "Model") ?? sides[0];
  const ask = async () => {
    setBusy(true);
    try {
      go(`compare/votes/${(await beginBallot(grid.id, along)).id}`);
    } catch (problem) {
      tellProblem(problem);
      setBusy(false);
    }
  };
  return along && html`<button class="button" disabled=${busy || !whole} onClick=${ask}><${Icon} name="eye" />Vote blind</button>`;
}

function Costs({ grid, ended }) {
  const took = grid.cells.map((cell) => cell.seconds).filter((seconds) => seconds !== null);
  const mean = took.reduce((sum, seconds) => sum + seconds, 0) / took.length;
  return html`<dl class="costs number">
    <div><dt>Pictures</dt><dd>${ended} of ${grid.cells.length}</dd></div>
    <div><dt>Spent</dt><dd>${dollars(grid.spent)}</dd></div>
    ${took.length > 0 && html`<div><dt>Each took</dt><dd>${seconds(mean)}</dd></div>`}
  </dl>`;
}

function Cells({ grid, all, first, onOpen, onLay }) {
  const columns = grid.across.values.length;
  const named = (axis, value) => (axis.by === "Model" || axis.by === "Prompt" ? value : `${axis.by} ${value}`);
  return html`<div class="matrix-wrap" tabindex="0" role="region" aria-label="Grid"><table class="matrix" style=${{ "--columns": columns }}>
    <thead><tr><td></td>${grid.across.values.map((value) => html`<th scope="col" key=${value}>${named(grid.across, value)}</th>`)}</tr></thead>
    <tbody>${grid.down.values.map(
      (value, row) => html`<tr key=${value}><th scope="row">${named(grid.down, value)}</th>
        ${grid.cells.slice(row * columns, (row + 1) * columns).map((cell, column) => html`<td key=${cell.number}>
          <${Cell} cell=${cell} job=${all.get(cell.job)} on=${first === cell.number} onOpen=${onOpen} onLay=${onLay}
            label=${`${named(grid.across, grid.across.values[column])}, ${named(grid.down, value)}`} /></td>`)}</tr>`,
    )}</tbody></table></div>`;
}

function Cell({ cell, job, on, label, onOpen, onLay }) {
  const known = { id: cell.job, ...job, prompt: label };
  const there = known.state === "done" && assetOf(cell, job); // the job is heard of before the grid is read anew
  return html`<div class=${`draft ${on ? "on" : ""}`}><${JobTile} job=${known} width=${512} onOpen=${onOpen} />
    <div class="under number"><span>${dollars(cell.price)}${cell.seconds === null ? "" : html`<span class="soft"> · ${seconds(cell.seconds)}</span>`}</span>
      ${there && html`<button class="button icon slim quiet" aria-pressed=${String(on)} title="Lay over another" aria-label=${`Lay over another: ${label}`}
        onClick=${() => onLay(cell.number)}><${Icon} name="compare" /></button>`}</div></div>`;
}

function Laid({ grid, all, pair, onClose }) {
  const [left, right] = pair.map((number) => grid.cells[number - 1]);
  const asset = (cell) => assetOf(cell, all.get(cell.job));
  const label = (cell) => {
    const columns = grid.across.values.length;
    return `${grid.across.values[(cell.number - 1) % columns]}, ${grid.down.values[Math.floor((cell.number - 1) / columns)]}`;
  };
  return html`<${Compare} left=${asset(left)} right=${asset(right)} labels=${[label(left), label(right)]} shape="1 / 1" onClose=${onClose} />`;
}

function assetOf(cell, job) {
  return job?.assets?.[0] ?? cell.asset;
}

function seconds(value) {
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} s`;
}
