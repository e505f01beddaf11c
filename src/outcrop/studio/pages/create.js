// Create: words, a model and its knobs on one side; the pictures, as they come, on the other.
import { html, useEffect, useMemo, useState } from "../ui.js";
import { Advice } from "../parts/advice.js";
import { BrandWords } from "../parts/brand-words.js";
import { Icon } from "../parts/icon.js";
import { JobTile, Made } from "../parts/job-tile.js";
import { Knob } from "../parts/knobs.js";
import { Models } from "../parts/models.js";
import { Note } from "../parts/notices.js";
import { Price, useQuote } from "../parts/price.js";
import { Viewer } from "../parts/viewer.js";
import { call } from "../net/call.js";
import { assets, listAssets } from "../state/assets.js";
import { bodyOf, goesWith, knobsOf, mostChars, shapeOf } from "../state/bodies.js";
import { PARTS, addWords, compose, composer, promptOf, turn } from "../state/composer.js";
import { jobs, make, resumeJobs } from "../state/jobs.js";
import { drawing, loadModels, modelNamed, models } from "../state/models.js";
import { tellProblem } from "../state/notices.js";
import { place } from "../state/place.js";
import { reuse } from "../state/reuse.js";
import { MOST_SEED, chance, mostSeed, within } from "../state/seeds.js";
import { may } from "../state/session.js";
import { useStore } from "../state/store.js";

const COUNTS = [1, 2, 4, 8];
const CALM_MS = 300;
const EARLIER = 24;
const EXAMPLES = ["a red apple on a wooden table, soft morning light", "a lighthouse by the sea at dusk, watercolour", "a green teapot, studio photograph, plain background"];

export default function Create() {
  const chosen = useStore(composer);
  const all = useStore(models);
  const { query } = useStore(place);
  const [model, setModel] = useState(null);
  const [open, setOpen] = useState(null);
  useEffect(() => {
    loadModels().catch(tellProblem);
    if (may("ListJobs", "user")) resumeJobs().catch(tellProblem);
  }, []);
  useEffect(() => {
    if (query.get("prompt")) compose({ mode: "free", text: query.get("prompt") });
  }, [query]);
  const wanted = all && chosenOf(drawing(all), chosen.model);
  useEffect(() => {
    if (!wanted) return undefined;
    let current = true;
    modelNamed(wanted).then((found) => current && setModel(found), tellProblem);
    return () => {
      current = false;
    };
  }, [wanted]);

  return html`<div class="create">
    <h1 class="unseen">Create</h1>
    <${Composer} model=${model} all=${all} wanted=${wanted} />
    <${Stage} onOpen=${setOpen} />
    ${open && html`<${Viewer} id=${open} onClose=${() => setOpen(null)} onOpen=${setOpen} />`}
  </div>`;
}

function Composer({ model, all, wanted }) {
  const chosen = useStore(composer);
  const prompt = promptOf(chosen);
  const knobs = useMemo(() => (model ? knobsOf(model) : []), [model]);
  const set = model ? known(chosen.knobs[model.id], knobs) : {};
  const asked = { prompt, negative: chosen.negative.trim(), knobs: set };
  const body = model && bodyOf(model, { ...asked, prompt: prompt || "a", seed: null });
  const quote = useQuote(model?.id === wanted ? model?.id : null, body, chosen.count); // the knobs of the model before stay until its own are there
  const ready = prompt && model?.id === wanted && model?.access && !quote.waiting && !quote.value?.refusal;
  const shown = knobs.filter((knob) => goesWith(knob, set));
  const [shape, ...others] = shown.filter(({ kind }) => kind !== "colours");
  const coloured = shown.find(({ kind }) => kind === "colours");

  const create = (event) => {
    event.preventDefault();
    if (!ready) return;
    for (let number = 0; number < chosen.count; number += 1) {
      const seed = chosen.pinned === null ? chance(mostSeed(model)) : within(chosen.pinned + number, mostSeed(model));
      const request = { model: model.id, body: bodyOf(model, { ...asked, seed }) };
      make(request, { prompt, seed, model: model.id, shape: shape && shapeOf(shape, set[shape.name]) });
    }
  };
  const quick = (event) => (event.ctrlKey || event.metaKey) && event.key === "Enter" && create(event);

  return html`<form class="composer stack" onSubmit=${create} onKeyDown=${quick}>
    <${Words} chosen=${chosen} most=${model ? mostChars(model) : undefined} />
    <${BrandWords} prompt=${prompt} onAdd=${addWords} />
    <${Advice} prompt=${prompt} negative=${chosen.negative} model=${model?.id} />
    <${Models} all=${all} chosen=${wanted} onChoose=${(id) => compose({ model: id })} />
    ${shape && html`<${Knob} knob=${shape} value=${set[shape.name]} onTurn=${(value) => turn(model.id, shape.name, value)} />`}
    ${coloured && html`<${Knob} knob=${coloured} value=${set.colours} onTurn=${(value) => turn(model.id, "colours", value)} />`}
    <${Counted} count=${chosen.count} />
    <details class="more"><summary>More settings</summary>
      <div class="stack">
        <${Seed} pinned=${chosen.pinned} most=${mostSeed(model)} />
        <div class="field"><label for="negative">Leave out</label>
          <input class="input" id="negative" value=${chosen.negative} placeholder="blurry, text"
            onInput=${(event) => compose({ negative: event.target.value })} /></div>
        ${others.map((knob) => html`<${Knob} key=${knob.name} knob=${knob} value=${set[knob.name]}
          onTurn=${(value) => turn(model.id, knob.name, value)} />`)}
      </div></details>
    <div class="pay">
      <${Price} quote=${quote} />
      <button class="button main" disabled=${!ready}>
        <${Icon} name="create" />Create</button>
    </div>
  </form>`;
}

function Words({ chosen, most }) {
  const parts = chosen.mode === "parts";
  useBuilt(parts ? chosen.parts : {});
  return html`<div class="stack tight">
    <div class="row between">
      <h2 id="words">What do you want to see?</h2>
      <div class="choice" role="group" aria-label="How to write the prompt">
        <button type="button" aria-pressed=${String(!parts)} onClick=${() => compose({ mode: "free" })}>Freely</button>
        <button type="button" aria-pressed=${String(parts)} onClick=${() => compose({ mode: "parts", parts: begun(chosen) })}>In parts</button>
      </div>
    </div>
    ${parts
      ? html`<div class="parts">${PARTS.map(
          (part) => html`<div class="field" key=${part.name}><label for=${`part-${part.name}`}>${part.label}</label>
            <input class="input" id=${`part-${part.name}`} value=${chosen.parts[part.name] ?? ""} placeholder=${part.example}
              onInput=${(event) => compose({ parts: { ...chosen.parts, [part.name]: event.target.value } })} /></div>`,
        )}
        <p class="sentence" aria-live="polite">${promptOf(chosen) || "The parts become a sentence here."}</p></div>`
      : html`<textarea id="prompt" aria-labelledby="words" rows="5" maxlength=${most} value=${chosen.text}
          placeholder="A ceramic teapot on a walnut table, soft morning light, product photograph"
          onInput=${(event) => compose({ text: event.target.value })}></textarea>`}
  </div>`;
}

function Counted({ count }) {
  return html`<fieldset class="field"><legend class="label">Pictures</legend>
    <div class="choice" role="group" aria-label="How many pictures">
      ${COUNTS.map((each) => html`<button type="button" key=${each} aria-pressed=${String(each === count)}
        onClick=${() => compose({ count: each })}>${each}</button>`)}
    </div></fieldset>`;
}

function Seed({ pinned, most }) {
  return html`<div class="field"><label for="seed">Seed</label>
    <div class="row nowrap">
      <input class="input number" id="seed" type="number" min="0" max=${MOST_SEED} value=${pinned ?? ""} placeholder="another each time"
        onInput=${(event) => compose({ pinned: event.target.value === "" ? null : Number(event.target.value) })} />
      <button type="button" class="button slim" onClick=${() => compose({ pinned: chance(most) })}><${Icon} name="dice" />Draw one</button>
      ${pinned !== null &&
      html`<button type="button" class="button slim quiet" onClick=${() => compose({ pinned: null })}>Free</button>`}
    </div>
    <span class="hint">${
      pinned > most
        ? `Seeds of this model end at ${most.toLocaleString("en-US")}; ${within(pinned, most).toLocaleString("en-US")} is taken.`
        : "The same seed, words and settings make the same picture."
    }</span></div>`;
}

function Stage({ onOpen }) {
  const under = [...useStore(jobs).values()].filter((job) => !job.set).toReversed();
  const known = useStore(assets);
  const earlier = useEarlier();
  if (!may("CreateJob", "user")) {
    return html`<section class="stage" aria-label="Pictures"><${Note} kind="warn">
      Your policies do not let you make pictures here; ask whoever runs this server for outcrop:CreateJob.<//></section>`;
  }
  const shown = new Set(under.flatMap((job) => job.assets ?? []));
  const before = (earlier ?? []).filter((id) => known.has(id) && !shown.has(id) && !known.get(id).held);
  if (earlier !== null && !under.length && !before.length) return html`<${Blank} />`;
  const use = (asset) => reuse(asset).catch(tellProblem);
  const tools = (asset) => html`<button class="button slim" onClick=${() => use(asset)}><${Icon} name="again" />Use settings</button>`;
  return html`<section class="stage stack" aria-label="Pictures">
    ${under.length > 0 &&
    html`<div class="tiles">${under.map((job) => html`<${JobTile} key=${job.key ?? job.id} job=${job} onOpen=${onOpen} tools=${tools} />`)}</div>`}
    ${before.length > 0 &&
    html`<h2 class="soft">${under.length ? "Earlier" : "Your latest pictures"}</h2>
      <div class="tiles small">${before.map((id) => html`<${Made} key=${id} id=${id} asset=${known.get(id)} width=${384} onOpen=${onOpen}
        shape=${{ aspectRatio: "1 / 1" }} />`)}</div>`}
  </section>`;
}

// Have the server build the sentence, where it does; until then the parts stand one after another.
function useBuilt(parts) {
  const from = JSON.stringify(parts);
  useEffect(() => {
    if (!may("BuildPrompt") || !Object.values(parts).some((part) => part?.trim())) return undefined;
    const stop = new AbortController();
    const timer = setTimeout(async () => {
      try {
        const { prompt } = await call("POST", "/v1/prompts/build", { body: JSON.parse(from), signal: stop.signal });
        compose({ built: { from, prompt } });
      } catch {
        // What the parts say one after another is a prompt too.
      }
    }, CALM_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [from]);
}

// The latest pictures from before this page was opened; null until they are known.
function useEarlier() {
  const [earlier, setEarlier] = useState(may("ListAssets", "user") ? null : []);
  useEffect(() => {
    if (earlier !== null) return;
    const shown = ({ assets: found }) => setEarlier(found.map((asset) => asset.id));
    listAssets({ kind: "picture", limit: EARLIER }).then(shown, tellProblem);
  }, []);
  return earlier;
}

function Blank() {
  return html`<section class="stage" aria-label="Pictures"><div class="empty"><${Icon} name="create" />
    <h2>Your pictures appear here</h2>
    <p>Write what you want to see, look at the price, and create. Or begin with one of these:</p>
    <div class="row centred">${EXAMPLES.map((text) => html`<button type="button" class="button slim" key=${text}
      onClick=${() => compose({ mode: "free", text })}>${text}</button>`)}</div>
  </div></section>`;
}

// The model that was chosen, as long as it is one; otherwise the first that may be used.
function chosenOf(usable, id) {
  return (usable.find((each) => each.id === id) ?? usable.find((each) => each.access) ?? usable[0])?.id;
}

// Parts begin with what was written freely, so that nothing typed is lost.
function begun({ parts, text }) {
  return Object.values(parts).some(Boolean) ? parts : { ...parts, subject: text };
}

// A knob that another version of the model had is not sent.
function known(values = {}, knobs) {
  const names = new Set(knobs.map((knob) => knob.name));
  return Object.fromEntries(Object.entries(values).filter(([name]) => names.has(name)));
}
