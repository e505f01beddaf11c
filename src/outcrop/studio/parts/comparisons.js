// A new grid of pictures, and those that there are. Knows comparisons and their axes; knows no page.
import { html, useEffect, useRef, useState } from "../ui.js";
import { newKey } from "../net/call.js";
import { moneyMoved } from "../state/balance.js";
import { axes, cellsOf, valuesOf } from "../state/axes.js";
import { pricedBy } from "../state/bodies.js";
import { compare, listComparisons, sheetOf } from "../state/comparisons.js";
import { compose, composer, promptOf, writtenOf } from "../state/composer.js";
import { drawing, loadModels, modelNamed, models } from "../state/models.js";
import { dollars, fromMicros, micros } from "../state/money.js";
import { tellProblem } from "../state/notices.js";
import { go } from "../state/place.js";
import { may, session } from "../state/session.js";
import { useStore } from "../state/store.js";
import { Advice } from "./advice.js";
import { Axis, Chosen, faults } from "./axis.js";
import { CompareHead } from "./compare-head.js";
import { Icon } from "./icon.js";
import { Note } from "./notices.js";
import { useQuotes } from "./price.js";

export function Comparisons() {
  const [found, setFound] = useState(null);
  useEffect(() => {
    listComparisons().then(setFound, tellProblem);
    loadModels().catch(tellProblem);
  }, []);
  return html`<div class="stack wide">
    <${CompareHead} part="grids">Set models, seeds, prompts or settings against each other, and see what each costs and how long it takes.<//>
    ${may("CreateComparison", "user") && html`<${Begin} />`}
    ${found?.length > 0 && html`<h2>Your grids</h2><div class="sheets">${found.map((each) => html`<${Kept} key=${each.id} grid=${each} />`)}</div>`}
    ${found?.length === 0 && html`<div class="empty"><${Icon} name="compare" /><h2>No grids yet</h2><p>Two models and two seeds make a first one: four pictures.</p></div>`}
  </div>`;
}

function Begin() {
  const chosen = useStore(composer);
  const asked = useStore(axes);
  const usable = drawing(useStore(models) ?? []).filter((each) => each.access);
  const ids = wantedModels(asked, usable);
  const mine = useDetails(ids);
  const [busy, setBusy] = useState(false);
  const key = useRef(newKey());
  const free = useRef(1 + crypto.getRandomValues(new Uint16Array(1))[0]); // the seed of all, where seeds do not differ
  const by = [asked.down, asked.across];
  const worded = by.includes("Prompt");
  const prompt = promptOf(chosen);
  const [down, across] = by.map((one) => valuesOf(one, { ...asked, models: mine }));
  const told = faults({ down, across, asked, mine });
  const said = worded || Boolean(prompt);
  const others = { model: mine[0], prompt, negative: chosen.negative.trim(), seed: chosen.pinned ?? free.current, shape: asked.shape };
  const there = mine.length > 0 && down.length > 0 && across.length > 0;
  const cells = there ? cellsOf(down, across, { ...others, prompt: prompt || "a" }, session.get().caller.region) : [];
  const quote = useQuotes(told.length ? [] : kinds(cells));

  const begin = async (event) => {
    event.preventDefault();
    setBusy(true);
    const labels = (values) => values.map((value) => value.label);
    const wanted = {
      name: (worded ? labels(asked.down === "Prompt" ? down : across).join(" / ") : prompt).replaceAll(/\s+/g, " ").slice(0, 300),
      down: { by: asked.down, values: labels(down) },
      across: { by: asked.across, values: labels(across) },
      cells,
    };
    try {
      const made = await compare(wanted, key.current); // the same click, however often it has to be sent
      key.current = newKey();
      go(`compare/${made.id}`);
    } catch (problem) {
      if (problem.status) key.current = newKey(); // it was heard and refused: the next click is another one
      tellProblem(problem);
      moneyMoved();
      setBusy(false);
    }
  };
  return html`<form class="card begin" onSubmit=${begin}>
    ${!worded &&
    html`<div class="stack tight">
      <label class="unseen" for="grid-prompt">What do you want to see?</label>
      <textarea id="grid-prompt" rows="2" value=${writtenOf(chosen)} placeholder="What do you want to see?"
        onInput=${(event) => compose({ mode: "free", text: event.target.value })}></textarea>
      <${Advice} prompt=${prompt} negative=${chosen.negative} model=${ids[0]} /></div>`}
    <div class="two">
      <${Axis} side="across" title="Columns" asked=${asked} usable=${usable} ids=${ids} mine=${mine} />
      <${Axis} side="down" title="Rows" asked=${asked} usable=${usable} ids=${ids} mine=${mine} />
    </div>
    <${Chosen} asked=${asked} usable=${usable} ids=${ids} mine=${mine} />
    ${told.length > 0 && html`<p class="soft small" role="status">${told[0]}</p>`}
    <div class="row">
      <span class="gap"></span>
      ${!told.length && html`<${Total} quotes=${quote} count=${cells.length} />`}
      <button class="button main" disabled=${busy || !said || told.length > 0 || quote.waiting || refusalOf(quote) !== null}>
        <${Icon} name="compare" />${told.length ? "Draw the grid" : `Draw ${cells.length} pictures`}</button>
    </div>
  </form>`;
}

// What all cells cost, from the quotes of each kind.
function Total({ quotes: { values, problem }, count }) {
  if (problem) return html`<${Note} kind="bad">${problem.message}<//>`;
  if (values === null) return html`<div class="priced"><p class="price soft">…</p></div>`;
  const [pool] = values[0].credit;
  const refusal = refusalOf({ values });
  return html`<div class="stack tight priced"><p class="price"><b class="number">${dollars(totalOf(values))}</b>
      <span class="soft small">${count} pictures, ${pool ? `from credit “${pool.pool}”` : "billed"}</span></p>
    ${refusal && html`<${Note} kind="warn">${refusal}<//>`}</div>`;
}

function totalOf(values) {
  return fromMicros(values.reduce((sum, each) => sum + micros(each.candidates.total), 0));
}

// Why a budget would refuse the grid: it counts what all cells cost together, which no single quote knows.
function refusalOf({ values }) {
  if (!values) return null;
  const whole = micros(totalOf(values));
  for (const each of values) {
    if (each.refusal) return each.refusal;
    const short = each.budgets.find((budget) => micros(budget.left) + micros(each.total) < whole);
    if (short) return `The grid costs ${dollars(totalOf(values))}, more than the budget “${short.budget}” has left.`;
  }
  return null;
}

// Cells that cost alike, each kind once with how many there are of it.
function kinds(cells) {
  const found = new Map();
  for (const { model, body } of cells) {
    const same = pricedBy([model, body]);
    const kind = found.get(same) ?? { model: model.replace(/^(us|eu|apac)\./, ""), body, candidates: 0 };
    found.set(same, { ...kind, candidates: kind.candidates + 1 });
  }
  return [...found.values()];
}

// The ids of the models that are compared, or of the one that all pictures are drawn on.
function wantedModels({ down, across, models: ids }, usable) {
  const known = ids.filter((id) => usable.some((each) => each.id === id));
  const compared = [down, across].includes("Model");
  const first = usable.slice(0, compared ? 2 : 1).map((each) => each.id);
  return (known.length ? known : first).slice(0, compared ? undefined : 1);
}

// Models with the schemas of their bodies, in the order in which they are named.
function useDetails(ids) {
  const [found, setFound] = useState([]);
  const wanted = ids.join(" ");
  useEffect(() => {
    let current = true;
    Promise.all(ids.map(modelNamed)).then((all) => current && setFound(all), tellProblem);
    return () => {
      current = false;
    };
  }, [wanted]);
  return found.map((each) => each.id).join(" ") === wanted ? found : [];
}

function Kept({ grid }) {
  const [rows, columns] = [grid.down.values.length, grid.across.values.length];
  const there = grid.cells.some((cell) => cell.asset);
  return html`<a class="sheet-card" href=${`#/compare/${grid.id}`}>
    <span class="picture">${there && html`<img src=${sheetOf(grid.id)} alt="" loading="lazy" />`}</span>
    <b>${grid.name}</b><span class="soft small number">${columns} × ${rows}: ${grid.across.by.toLowerCase()} × ${grid.down.by.toLowerCase()}, ${dollars(grid.spent)}</span>
  </a>`;
}
