// The table at which a picture is changed: edits, tools, words, price, and what came of it. Knows edits and jobs.
import { html, useLayoutEffect, useMemo, useState } from "../ui.js";
import { call } from "../net/call.js";
import { contentOf } from "../state/assets.js";
import { EDITS, addressOf, doing, editBody } from "../state/edits.js";
import { jobs, make } from "../state/jobs.js";
import { base64, covers, masked } from "../state/mask.js";
import { tellProblem } from "../state/notices.js";
import { go } from "../state/place.js";
import { session } from "../state/session.js";
import { useStore } from "../state/store.js";
import { Compare } from "./compare.js";
import { Folded } from "./folded.js";
import { FrameCanvas } from "./frame-canvas.js";
import { Icon } from "./icon.js";
import { JobTile } from "./job-tile.js";
import { Lineage } from "./lineage.js";
import { MaskCanvas } from "./mask-canvas.js";
import { Note } from "./notices.js";
import { Price, useQuote } from "./price.js";
import { Tools } from "./tools.js";

const NO_FRAME = { left: 0, right: 0, up: 0, down: 0 };

export function Editor({ asset, models, begin }) {
  const able = useMemo(() => new Map(EDITS.map((edit) => [edit.name, doing(edit, models)])), [models]);
  const first = EDITS.find((edit) => edit.name === begin && able.get(edit.name).model) ?? EDITS.find((edit) => able.get(edit.name).model) ?? EDITS[0];
  const [edit, setEdit] = useState(first);
  const [words, setWords] = useState(begin === "vary" ? (asset.prompt ?? "") : "");
  const [frame, setFrame] = useState(NO_FRAME);
  const [strength, setStrength] = useState(0.6);
  const [busy, setBusy] = useState(false);
  const brush = useBrush();
  const { model } = able.get(edit.name);
  const src = contentOf(asset.id);

  const painted = useMemo(() => covers(brush.strokes, asset), [brush.strokes, asset.width, asset.height]);
  const ready = { mask: painted, frame: Object.values(frame).some(Boolean), strength: Boolean(words.trim()), nothing: true }[edit.needs];
  const worded = edit.name !== "replace" || words.trim();

  const change = async () => {
    setBusy(true);
    try {
      const cut = edit.needs === "mask" ? masked(brush.strokes, asset, brush.feather) : undefined; // as it is at the click
      const image = await base64(await call("GET", contentOf(asset.id, { format: "png" }), { as: "blob" }));
      const mask = await cut;
      const request = { model: addressOf(model, session.get().caller.region), parents: [asset.id], body: editBody(edit, { image, mask, frame, strength, prompt: words.trim() }) };
      await make({ ...request, ...(asset.campaign && { campaign: asset.campaign }) }, { prompt: words.trim() || edit.label, of: asset.id });
    } catch (problem) {
      tellProblem(problem);
    }
    setBusy(false);
  };

  return html`<div class="editor">
    <h1 class="unseen">Edit</h1>
    <section class="table" aria-label="Picture">
      ${edit.needs === "mask"
        ? html`<${MaskCanvas} asset=${asset} src=${src} tool=${brush.tool} size=${brush.size} strokes=${brush.strokes} onStroke=${brush.add} />`
        : edit.needs === "frame"
          ? html`<${FrameCanvas} asset=${asset} src=${src} frame=${frame} onFrame=${setFrame} />`
          : html`<div class="easel" style=${{ aspectRatio: `${asset.width} / ${asset.height}`, "--ratio": asset.width / asset.height }}><img src=${src} alt=${asset.alt ?? asset.prompt ?? "Picture"} /></div>`}
    </section>
    <div class="stack bench">
      <${Edits} able=${able} chosen=${edit} onChoose=${setEdit} />
      ${model
        ? html`<p class="soft small">${edit.hint}</p>
          ${edit.needs === "mask" && html`<${Tools} brush=${brush} />`}
          ${edit.needs === "strength" && html`<${Strength} value=${strength} onSet=${setStrength} />`}
          ${edit.words && html`<div class="field"><label for="edit-words">${edit.words}</label>
            <textarea id="edit-words" rows="3" value=${words} onInput=${(event) => setWords(event.target.value)}></textarea></div>`}
          <${Pay} model=${model} disabled=${busy || !ready || !worded} label=${edit.label} onPay=${change} />`
        : html`<${Note} kind="warn">${able.get(edit.name).reason}<//>`}
      <${Results} asset=${asset} />
      <${Folded} summary="Where it comes from"><${Lineage} id=${asset.id} onOpen=${(id) => go(`edit/${id}`)} /><//>
    </div>
  </div>`;
}

function Edits({ able, chosen, onChoose }) {
  return html`<div class="edits" role="group" aria-label="What to do">
    ${EDITS.map((edit) => {
      const { reason } = able.get(edit.name);
      return html`<button key=${edit.name} class=${`button slim ${reason ? "absent" : ""}`} aria-pressed=${String(edit === chosen)}
        title=${reason ?? edit.hint} onClick=${() => onChoose(edit)}>${edit.label}${reason && html`<span class="unseen">, unavailable</span>`}</button>`;
    })}
  </div>`;
}

function Strength({ value, onSet }) {
  return html`<div class="field"><label for="strength">How far from it</label>
    <input type="range" id="strength" min="0.1" max="1" step="0.05" value=${value} onInput=${(event) => onSet(Number(event.target.value))} />
    <span class="hint row between"><span>close</span><span class="number">${Math.round(value * 100)} %</span><span>free</span></span></div>`;
}

// An edit costs what one picture of its model costs: for that, the quote needs no picture.
function Pay({ model, disabled, label, onPay }) {
  const quote = useQuote(model.id, undefined, 1);
  return html`<div class="pay">
    <${Price} quote=${quote} />
    <button class="button main" disabled=${disabled || quote.waiting || Boolean(quote.value?.refusal)} onClick=${onPay}><${Icon} name="edit" />${label}</button></div>`;
}

function Results({ asset }) {
  const made = [...useStore(jobs).values()].filter((job) => job.of === asset.id).toReversed();
  const [pair, setPair] = useState(null);
  if (!made.length) return null;
  const tools = (result) => html`<button class="button slim" onClick=${() => setPair(result.id)}><${Icon} name="compare" />Compare</button>`;
  return html`<div class="stack tight"><h2>What came of it</h2>
    <div class="tiles">${made.map((job) => html`<${JobTile} key=${job.key ?? job.id} job=${job} width=${384} onOpen=${(id) => go(`edit/${id}`)} tools=${tools} />`)}</div>
    <p class="soft small">Open one to go on with it; what it came from stays as it is.</p>
    ${pair && html`<${Compare} left=${asset.id} right=${pair} labels=${["Before", "After"]} shape=${`${asset.width} / ${asset.height}`} onClose=${() => setPair(null)} />`}
  </div>`;
}

// The brush and what was painted with it, with undo and redo; on keys too.
function useBrush() {
  const [tool, setTool] = useState("brush");
  const [size, setSize] = useState(96);
  const [feather, setFeather] = useState(8);
  const [{ strokes, undone }, setPainted] = useState({ strokes: [], undone: [] });
  const add = (stroke) => setPainted((before) => ({ strokes: [...before.strokes, stroke], undone: [] }));
  const undo = () => setPainted(({ strokes: all, undone: gone }) => (all.length ? { strokes: all.slice(0, -1), undone: [...gone, all.at(-1)] } : { strokes: all, undone: gone }));
  const redo = () => setPainted(({ strokes: all, undone: gone }) => (gone.length ? { strokes: [...all, gone.at(-1)], undone: gone.slice(0, -1) } : { strokes: all, undone: gone }));
  const invert = () => add({ tool: "invert", size: 0, points: [] });
  const clear = () => setPainted({ strokes: [], undone: [] });
  useLayoutEffect(() => {
    const press = (event) => {
      if (event.target.closest("input:not([type=range]), textarea, select, dialog")) return;
      const chord = event.ctrlKey || event.metaKey;
      if (!chord && !event.target.closest("canvas.mask")) return; // letters are for whoever paints: elsewhere a voice may say them
      const deeds = chord
        ? { z: event.shiftKey ? redo : undo, Z: redo, y: redo }
        : { b: () => setTool("brush"), e: () => setTool("eraser"), l: () => setTool("lasso"), r: () => setTool("box"), i: invert, "[": () => setSize((s) => Math.max(4, s - 8)), "]": () => setSize((s) => Math.min(400, s + 8)) };
      if (!(event.key in deeds)) return;
      event.preventDefault();
      deeds[event.key]();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);
  return { tool, setTool, size, setSize, feather, setFeather, strokes, add, invert, undo, redo, clear, canRedo: undone.length > 0 };
}
