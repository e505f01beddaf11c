// Brand: the account's colours, words and logo, kept for everybody. Knows the kit; applies nothing.
import { html, useEffect, useState } from "../ui.js";
import { Icon } from "../parts/icon.js";
import { LogoPlaced } from "../parts/logo-placed.js";
import { kit, keepKit, loadKit } from "../state/brand.js";
import { tell, tellProblem } from "../state/notices.js";
import { may } from "../state/session.js";

const MOST_COLOURS = 12;

export default function Brand() {
  const [wanted, setWanted] = useState(null);
  useEffect(() => {
    loadKit().then(() => setWanted(drafted(kit.get())), tellProblem);
  }, []);
  const set = (change) => setWanted((before) => ({ ...before, ...change }));
  const keep = async (event) => {
    event.preventDefault();
    try {
      await keepKit(read(wanted));
      setWanted((now) => (now === wanted ? drafted(kit.get()) : now)); // what was changed meanwhile is kept next
      tell("The brand kit is kept.");
    } catch (problem) {
      tellProblem(problem);
    }
  };
  return html`<div class="head"><div><a class="small" href="#/library">Library</a><h1>Brand kit</h1>
      <p>Colours, words and a logo for everybody in the account, applied where somebody chooses so.</p></div></div>
    ${wanted === null
      ? html`<p class="soft">…</p>`
      : html`<form onSubmit=${keep}><fieldset class="stack wide" disabled=${!may("PutBrandKit", "user")}><legend class="unseen">The kit</legend>
          <div class="two"><div class="stack"><${Palette} palette=${wanted.palette} onSet=${(palette) => set({ palette })} /><${Words} wanted=${wanted} onSet=${set} /></div>
            <${LogoPlaced} logo=${wanted.logo} onSet=${(logo) => set({ logo })} /></div>
          <div class="row">${may("PutBrandKit", "user")
            ? html`<button class="button main"><${Icon} name="check" />Keep the kit</button>`
            : html`<p class="soft small">Your policies let you look at the kit and not change it (outcrop:PutBrandKit).</p>`}</div>
        </fieldset></form>`}`;
}

function Palette({ palette, onSet }) {
  const change = (number, said) => onSet(palette.map((each, place) => (place === number ? { ...each, ...said } : each)));
  return html`<section class="card stack"><h2>Palette</h2>
    ${palette.map((colour, number) => html`<div class="row nowrap" key=${number}>
      <input type="color" aria-label=${`Colour ${number + 1}`} value=${colour.hex} onInput=${(event) => change(number, { hex: event.target.value })} />
      <input class="input" aria-label=${`Name of colour ${number + 1}`} required maxlength="60" value=${colour.name} placeholder="as a prompt says it: deep navy"
        onInput=${(event) => change(number, { name: event.target.value })} />
      <button type="button" class="button icon quiet" aria-label=${`Remove ${colour.name || `colour ${number + 1}`}`}
        onClick=${() => onSet(palette.filter((_, place) => place !== number))}><${Icon} name="close" /></button></div>`)}
    <p class="soft small">Prompts say them by name. Nova Canvas and Titan v2 paint in the colours themselves: “Our palette” under Create.</p>
    <div><button type="button" class="button slim" disabled=${palette.length >= MOST_COLOURS} onClick=${() => onSet([...palette, { name: "", hex: "#8f4120" }])}>Add a colour</button></div>
  </section>`;
}

function Words({ wanted, onSet }) {
  return html`<section class="card stack"><h2>Words</h2>
    <div class="field"><label for="brand-use">To use</label>
      <textarea id="brand-use" rows="2" value=${wanted.use} placeholder="soft daylight, honest materials" onInput=${(event) => onSet({ use: event.target.value })}></textarea>
      <span class="hint">Apart by commas; offered beside the prompt.</span></div>
    <div class="field"><label for="brand-avoid">To avoid</label>
      <textarea id="brand-avoid" rows="2" value=${wanted.avoid} placeholder="cheap, luxury" onInput=${(event) => onSet({ avoid: event.target.value })}></textarea>
      <span class="hint">A prompt that has one is warned of it.</span></div></section>`;
}

function drafted({ use, avoid, ...others }) {
  return { ...others, use: use.join(", "), avoid: avoid.join(", ") };
}

function read({ palette, use, avoid, logo }) {
  const named = palette.map(({ name, hex }) => ({ name: name.trim(), hex }));
  return { palette: named, use: listed(use), avoid: listed(avoid), logo };
}

function listed(text) {
  return [...new Set(text.split(/[,\n]/).map((word) => word.trim()).filter(Boolean))];
}
