// A new set of drafts, and those that there are. Knows sets; knows no page.
import { html, useEffect, useRef, useState } from "../ui.js";
import { moneyMoved } from "../state/balance.js";
import { addWords, compose, composer, promptOf, writtenOf } from "../state/composer.js";
import { draw, listSets, newKey } from "../state/drafts.js";
import { dollars } from "../state/money.js";
import { tellProblem } from "../state/notices.js";
import { go } from "../state/place.js";
import { may } from "../state/session.js";
import { useStore } from "../state/store.js";
import { Advice } from "./advice.js";
import { BrandWords } from "./brand-words.js";
import { Icon } from "./icon.js";
import { Price, useQuote } from "./price.js";

const COUNTS = [4, 8, 12, 16];
const SHAPES = ["1:1", "4:5", "2:3", "9:16", "5:4", "3:2", "16:9", "21:9"];
const MODEL = "core";

export function DraftSets() {
  const [sets, setSets] = useState(null);
  useEffect(() => {
    if (may("ListDraftSets", "user")) listSets().then(setSets, tellProblem);
    else setSets([]);
  }, []);
  return html`<div class="stack wide">
    <div class="head"><div><h1>Drafts</h1><p>Draw many, cheaply and quickly; choose; pay the full price for the chosen ones alone.</p></div></div>
    ${may("CreateDraftSet", "user") && html`<${Begin} />`}
    ${sets?.length > 0 &&
    html`<h2>Your sheets</h2><div class="sheets">${sets.map((each) => html`<${Sheet} key=${each.id} set=${each} />`)}</div>`}
    ${sets?.length === 0 &&
    html`<div class="empty"><${Icon} name="drafts" /><h2>No sheets yet</h2><p>Sixteen drafts cost less than five pictures at full quality.</p></div>`}
  </div>`;
}

function Begin() {
  const chosen = useStore(composer);
  const [count, setCount] = useState(8);
  const [shape, setShape] = useState("1:1");
  const [busy, setBusy] = useState(false);
  const key = useRef(newKey());
  const prompt = promptOf(chosen);
  const quote = useQuote(MODEL, { prompt: prompt || "a", aspect_ratio: shape }, count);
  const begin = async (event) => {
    event.preventDefault();
    setBusy(true);
    try {
      const wanted = { prompt, count, aspectRatio: shape, ...(chosen.negative && { negativePrompt: chosen.negative }) };
      const set = await draw(wanted, key.current); // the same click, however often it has to be sent
      key.current = newKey();
      go(`drafts/${set.id}`);
    } catch (problem) {
      if (problem.status) key.current = newKey(); // it was heard and refused: the next click is another one
      tellProblem(problem);
      moneyMoved();
      setBusy(false);
    }
  };
  return html`<form class="card begin" onSubmit=${begin}>
    <div class="stack tight">
      <label class="unseen" for="draft-prompt">What do you want to see?</label>
      <textarea id="draft-prompt" rows="3" value=${writtenOf(chosen)} placeholder="What do you want to see?"
        onInput=${(event) => compose({ mode: "free", text: event.target.value })}></textarea>
      <${BrandWords} prompt=${prompt} onAdd=${addWords} />
      <${Advice} prompt=${prompt} negative=${chosen.negative} model=${MODEL} />
    </div>
    <div class="row">
      <div class="choice" role="group" aria-label="How many drafts">
        ${COUNTS.map((each) => html`<button type="button" key=${each} aria-pressed=${String(each === count)} onClick=${() => setCount(each)}>${each}</button>`)}</div>
      <label class="unseen" for="draft-shape">Shape</label>
      <select id="draft-shape" class="slim" value=${shape} onChange=${(event) => setShape(event.target.value)}>
        ${SHAPES.map((each) => html`<option>${each}</option>`)}</select>
      <span class="gap"></span>
      <${Price} quote=${quote} />
      <button class="button main" disabled=${!prompt || busy || quote.waiting || Boolean(quote.value?.refusal)}><${Icon} name="drafts" />Draw drafts</button>
    </div>
  </form>`;
}

function Sheet({ set }) {
  const made = set.finals.length ? `, ${set.finals.length} finished` : "";
  return html`<a class="sheet-card" href=${`#/drafts/${set.id}`}>
    <span class="picture">${set.drafts.some((each) => each.asset) && html`<img src=${`/v1/drafts/${set.id}/sheet`} alt="" loading="lazy" />`}</span>
    <b>${set.prompt}</b><span class="soft small number">${set.count} drafts${made}, ${dollars(set.spent)}</span>
  </a>`;
}
