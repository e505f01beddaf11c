// One set: its sheet as it fills, choosing by keyboard, two side by side, and finishing the chosen ones. Knows sets.
import { html, useEffect, useRef, useState } from "../ui.js";
import { moneyMoved } from "../state/balance.js";
import { finish, newKey, pick, setNamed, sets } from "../state/drafts.js";
import { jobs } from "../state/jobs.js";
import { dollars } from "../state/money.js";
import { tell, tellProblem } from "../state/notices.js";
import { useStore } from "../state/store.js";
import { Compare } from "./compare.js";
import { Icon } from "./icon.js";
import { JobTile } from "./job-tile.js";
import { MoreLike } from "./more-like.js";
import { Price, useQuote } from "./price.js";
import { Viewer } from "./viewer.js";

export function DraftSet({ id }) {
  const set = useStore(sets).get(id);
  const all = useStore(jobs);
  const [open, setOpen] = useState(null);
  const [pair, setPair] = useState(null);
  const [like, setLike] = useState(null);
  useEffect(() => {
    setNamed(id).catch(tellProblem);
  }, [id]);
  const ended = set ? [...set.drafts, ...set.finals].filter((each) => all.get(each.job)?.state === "done").length : 0;
  useEffect(() => {
    if (ended) setNamed(id).catch(tellProblem); // what it has cost by now
  }, [ended]);
  if (!set) return html`<p class="soft">…</p>`;
  return html`<div class="stack wide">
    <div class="head"><div><a class="small" href="#/drafts">All sheets</a><h1>${set.prompt}</h1></div><${Costs} set=${set} /></div>
    <${Sheet} set=${set} all=${all} onOpen=${setOpen} onCompare=${setPair} onMore=${setLike} />
    <${More} set=${set} all=${all} onOpen=${setOpen} onMore=${setLike} />
    ${set.finals.length > 0 && html`<${Finals} set=${set} all=${all} onOpen=${setOpen} onCompare=${setPair} />`}
    ${like && html`<${MoreLike} id=${like} onClose=${() => setLike(null)} onBegun=${() => setLike(null)} />`}
    ${open && html`<${Viewer} id=${open} onClose=${() => setOpen(null)} onOpen=${setOpen} />`}
    ${pair && html`<${Compare} ...${pair} shape=${set.aspectRatio.replace(":", " / ")} onClose=${() => setPair(null)} />`}
  </div>`;
}

function Costs({ set }) {
  const saved = Number(set.saved) > 0;
  return html`<dl class="costs number">
    <div><dt>Spent</dt><dd>${dollars(set.spent)}</dd></div>
    <div><dt>All at full quality</dt><dd>${dollars(set.priceIfAllUltra)}</dd></div>
    ${saved && html`<div><dt>Saved</dt><dd class="good">${dollars(set.saved)}</dd></div>`}
  </dl>`;
}

function Sheet({ set, all, onOpen, onCompare, onMore }) {
  const [at, setAt] = useState(0);
  const [wanted, setWanted] = useState(null); // what is on its way to the server, which otherwise has it
  const latest = useRef(0);
  const picked = wanted ?? set.picks.map((each) => each.number);
  const grid = useRef();
  const choose = async (number) => {
    const next = picked.includes(number) ? picked.filter((each) => each !== number) : [...picked, number];
    latest.current += 1;
    const mine = latest.current;
    setWanted(next);
    await pick(set, next).catch(tellProblem);
    if (mine === latest.current) setWanted(null);
  };
  const asset = (number) => all.get(set.drafts.find((each) => each.number === number).job)?.assets?.[0];
  const compare = () => {
    const [left, right] = picked.length >= 2 ? picked : [picked[0], set.drafts[at].number];
    if (left === right || !asset(left) || !asset(right)) return tell("Choose two drafts to compare them.", "info");
    return onCompare({ left: asset(left), right: asset(right), labels: [`Draft ${left}`, `Draft ${right}`] });
  };
  const step = (by) => {
    const next = Math.min(set.drafts.length - 1, Math.max(0, at + by));
    setAt(next);
    grid.current.children[next].focus();
  };
  const press = (event) => {
    const columns = getComputedStyle(grid.current).gridTemplateColumns.split(" ").length;
    const { number } = set.drafts[at];
    const deeds = {
      ArrowLeft: () => step(-1),
      ArrowRight: () => step(1),
      ArrowUp: () => step(-columns),
      ArrowDown: () => step(columns),
      " ": () => choose(number),
      Enter: () => asset(number) && onOpen(asset(number)),
      c: compare,
      m: () => asset(number) && onMore(asset(number)),
    };
    const presses = event.target.closest("button") && ["Enter", " "].includes(event.key);
    if (presses || event.ctrlKey || event.metaKey || !(event.key in deeds)) return;
    event.preventDefault();
    deeds[event.key]();
  };
  return html`<section aria-label="Sheet">
    <div class="sheet-grid" ref=${grid} role="group" aria-label="Drafts" onKeyDown=${press}>
      ${set.drafts.map((draft, index) => {
        const on = picked.includes(draft.number);
        const job = all.get(draft.job) ?? { id: draft.job, ...draft, assets: [] };
        const there = job.state === "done" && job.assets?.[0];
        return html`<div key=${draft.number} class=${`draft ${on ? "on" : ""}`} tabindex=${index === at ? 0 : -1} onFocusIn=${() => setAt(index)}
            role="group" aria-label=${`Draft ${draft.number}${on ? ", chosen" : ""}`}>
          <${JobTile} job=${job} width=${512} onOpen=${onOpen} tabIndex=${-1} />
          <div class="under"><span class="number">${draft.number}</span>
            ${there &&
            html`<button class="button icon slim quiet" tabindex="-1" title="More like this" aria-label=${`More like draft ${draft.number}`}
                onClick=${() => onMore(there)}><${Icon} name="again" /></button>
              <button class="button slim" tabindex="-1" aria-pressed=${String(on)} onClick=${() => choose(draft.number)}>
                <${Icon} name=${on ? "check" : "star"} />${on ? "Chosen" : "Choose"}</button>`}</div>
        </div>`;
      })}
    </div>
    <p class="soft small keys">Arrows move, <kbd>Space</kbd> chooses, <kbd>Enter</kbd> opens, <kbd>C</kbd> compares two, <kbd>M</kbd> makes more like it.</p>
    <${Finish} set=${set} picked=${picked} onCompare=${compare} />
  </section>`;
}

// What was drawn like one of the drafts, or like one of these, while this page was open.
function More({ set, all, onOpen, onMore }) {
  const root = new Set([...set.drafts, ...set.finals].map((each) => all.get(each.job)?.assets?.[0]).filter(Boolean));
  const more = [];
  for (const job of all.values()) {
    if (!root.has(job.of)) continue;
    more.push(job);
    for (const asset of job.assets ?? []) root.add(asset);
  }
  if (!more.length) return null;
  const number = (job) => set.drafts.find((each) => all.get(each.job)?.assets?.[0] === job.of)?.number;
  const tools = (asset) => html`<button class="button slim" onClick=${() => onMore(asset.id)}><${Icon} name="again" />More like this</button>`;
  return html`<section class="stack"><h2>More like these</h2>
    <div class="tiles small">${more.map((job) => html`<div class="draft" key=${job.key ?? job.id}><${JobTile} job=${job} width=${384} onOpen=${onOpen} tools=${tools} />
      <div class="under"><span>${number(job) ? `Like draft ${number(job)}` : "Like one of these"}</span></div></div>`)}</div></section>`;
}

function Finish({ set, picked, onCompare }) {
  const waiting = picked.filter((number) => !set.finals.some((each) => each.number === number));
  const [busy, setBusy] = useState(false);
  const key = useRef(newKey());
  const quote = useQuote(waiting.length ? set.finishOn : null, { prompt: set.prompt, aspect_ratio: set.aspectRatio }, waiting.length);
  const go = async () => {
    setBusy(true);
    try {
      await finish(set, waiting, key.current);
      key.current = newKey();
    } catch (problem) {
      if (problem.status) key.current = newKey();
      tellProblem(problem);
      moneyMoved();
    }
    setBusy(false);
  };
  if (!picked.length) return null;
  return html`<div class="finish-bar" role="toolbar" aria-label="Chosen drafts">
    <b class="number">${picked.length} chosen</b>
    <button class="button slim" onClick=${onCompare}><${Icon} name="compare" />Compare two</button>
    <span class="gap"></span>
    ${waiting.length > 0 &&
    html`<${Price} quote=${quote} />
      <button class="button main" disabled=${busy || quote.waiting || Boolean(quote.value?.refusal)} onClick=${go}>
        <${Icon} name="star" />Finish ${waiting.length}</button>`}
  </div>`;
}

function Finals({ set, all, onOpen, onCompare }) {
  return html`<section class="stack"><h2>Finished</h2>
    <div class="tiles">${set.finals.map((final) => {
      const draft = all.get(set.drafts.find((each) => each.number === final.number)?.job);
      const job = all.get(final.job) ?? { id: final.job, ...final, assets: [] };
      const both = job.state === "done" && job.assets?.[0] && draft?.assets?.[0];
      const compare = () => onCompare({ left: draft.assets[0], right: job.assets[0], labels: ["Draft", "Final"] });
      return html`<div class="draft" key=${final.job}><${JobTile} job=${job} onOpen=${onOpen} />
        <div class="under"><span>Draft ${final.number}</span>
          ${both && html`<button class="button slim" onClick=${compare}><${Icon} name="compare" />With its draft</button>`}</div></div>`;
    })}</div></section>`;
}
