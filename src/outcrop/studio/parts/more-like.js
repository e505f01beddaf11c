// More pictures like one: of the same words from the seeds beside its own, or from the picture itself, close to it.
// Knows recipes and edits; knows no page.
import { html, useEffect, useState } from "../ui.js";
import { call } from "../net/call.js";
import { contentOf, named, useAsset } from "../state/assets.js";
import { bodyOf } from "../state/bodies.js";
import { EDITS, addressOf, doing, editBody } from "../state/edits.js";
import { make } from "../state/jobs.js";
import { base64 } from "../state/mask.js";
import { loadModels, models } from "../state/models.js";
import { tellProblem } from "../state/notices.js";
import { settingsOf } from "../state/reuse.js";
import { beside, chance, mostSeed } from "../state/seeds.js";
import { session } from "../state/session.js";
import { useStore } from "../state/store.js";
import { Dialog } from "./dialog.js";
import { Icon } from "./icon.js";
import { Note } from "./notices.js";
import { Price, useQuote } from "./price.js";

const COUNTS = [2, 4, 8];
const VARY = EDITS.find((edit) => edit.name === "vary");
const WAYS = [
  { name: "seeds", label: "Same words", hint: "Neighbouring seeds: the same words and settings, drawn again." },
  { name: "picture", label: "From the picture", hint: "Drawn anew from the picture itself; the less strength, the closer to it." },
];

// `onBegun` is told once they are under way.
export function MoreLike({ id, onClose, onBegun }) {
  const asset = useAsset(id);
  return html`<${Dialog} title="More like this" onClose=${onClose}>
    ${asset ? html`<${Asked} asset=${asset} onBegun=${onBegun} />` : html`<p class="soft">…</p>`}<//>`;
}

function Asked({ asset, onBegun }) {
  const settings = useSettings(asset);
  const [way, setWay] = useState(asset.model && asset.seed !== null ? "seeds" : "picture");
  const [count, setCount] = useState(4);
  const [strength, setStrength] = useState(0.3);
  const [words, setWords] = useState(asset.prompt ?? "");
  const [busy, setBusy] = useState(false);
  const all = useStore(models);
  const vary = all ? doing(VARY, all) : { model: null, reason: null };
  const drawn = way === "seeds" ? settings?.model : vary.model;
  const quote = useQuote(drawn?.id, way === "seeds" ? settings && anew(settings, asset.seed) : undefined, count);
  const ready = drawn?.access && (way === "seeds" || words.trim());
  const reason = way === "picture" ? vary.reason : asset.seed === null ? "It has no seed: it was not drawn here." : null;

  const begin = async () => {
    setBusy(true);
    try {
      const image = way === "picture" ? await base64(await call("GET", contentOf(asset.id, { format: "png" }), { as: "blob" })) : null;
      for (const seed of beside(way === "seeds" ? asset.seed : chance(), count, mostSeed(drawn))) {
        const request = way === "seeds"
          ? { model: drawn.id, body: anew(settings, seed) }
          : { model: addressOf(drawn, session.get().caller.region), body: { ...editBody(VARY, { image, strength, prompt: words.trim() }), seed } };
        const kept = asset.campaign ? { campaign: asset.campaign } : {};
        make({ ...request, ...kept, parents: [asset.id] }, { prompt: way === "seeds" ? asset.prompt : words.trim(), of: asset.id, shape: `${asset.width} / ${asset.height}` });
      }
      onBegun();
    } catch (problem) {
      tellProblem(problem);
      setBusy(false);
    }
  };

  return html`<div class="stack more-like">
    <img src=${contentOf(asset.id, { width: 384 })} alt=${named(asset)} width=${asset.width} height=${asset.height} />
    <div class="choice" role="group" aria-label="In which way">${WAYS.map((each) => html`<button key=${each.name} aria-pressed=${String(each.name === way)}
      onClick=${() => setWay(each.name)}>${each.label}</button>`)}</div>
    <p class="soft small">${WAYS.find((each) => each.name === way).hint}</p>
    ${way === "picture" && html`<div class="field"><label for="more-words">What it shows</label>
      <textarea id="more-words" rows="2" value=${words} onInput=${(event) => setWords(event.target.value)}></textarea></div>
      <div class="field"><label for="nearness">Strength</label>
      <input type="range" id="nearness" min="0.1" max="0.6" step="0.05" value=${strength} onInput=${(event) => setStrength(Number(event.target.value))} />
      <span class="hint row between"><span>hardly changed</span><span class="number">${Math.round(strength * 100)} %</span><span>freer</span></span></div>`}
    <div class="choice" role="group" aria-label="How many more">${COUNTS.map((each) => html`<button key=${each} aria-pressed=${String(each === count)}
      onClick=${() => setCount(each)}>${each}</button>`)}</div>
    ${reason
      ? html`<${Note} kind="warn">${reason}<//>`
      : html`<div class="pay"><${Price} quote=${quote} />
        <button class="button main" disabled=${busy || !ready || quote.waiting || Boolean(quote.value?.refusal)} onClick=${begin}><${Icon} name="again" />Draw ${count} more</button></div>`}
  </div>`;
}

// What the picture was made of, once it is known.
function useSettings(asset) {
  const [settings, setSettings] = useState(null);
  useEffect(() => {
    loadModels().catch(tellProblem);
    if (asset.model) settingsOf(asset).then(setSettings, tellProblem);
  }, []);
  return settings;
}

function anew({ model, prompt, negative, knobs }, seed) {
  return bodyOf(model, { prompt, negative, knobs, seed });
}
