// The sizes of channels, to change and to download together. Knows renditions; knows no page.
import { html, useState } from "../ui.js";
import { call } from "../net/call.js";
import { save } from "../state/assets.js";
import { applied, apply, useKit } from "../state/brand.js";
import { USUAL, channels } from "../state/channels.js";
import { tellProblem } from "../state/notices.js";
import { useStore } from "../state/store.js";
import { Icon } from "./icon.js";
import { Typed } from "./typed.js";

const FORMATS = ["jpeg", "png", "webp", "avif"];

export function Channels({ ids }) {
  const all = useStore(channels);
  const { logo } = useKit();
  const placed = useStore(applied).logo && logo !== null;
  const [busy, setBusy] = useState(false);
  const set = (number, changed) =>
    channels.set((now) => now.map((each, place) => (place === number ? { ...each, ...changed } : each)));
  const drop = (number) => channels.set((now) => now.filter((_, place) => place !== number));
  const add = () => channels.set((now) => [...now, { name: `size-${now.length + 1}`, width: 1080, height: 1080, format: "jpeg" }]);
  const fetchAll = async () => {
    setBusy(true);
    try {
      const sizes = channels.get(); // a click that leaves a field comes before the page is drawn with what was typed there
      const body = { assets: ids, renditions: sizes.map((each) => ({ ...each, fit: "cover", ...(placed && { logo: "brand" }) })) };
      save(await call("POST", "/v1/asset-archives", { body, as: "blob" }), "pictures.zip");
    } catch (problem) {
      tellProblem(problem);
    }
    setBusy(false);
  };
  return html`<div class="stack tight">
    ${all.map((each, number) => html`<${Channel} key=${number} channel=${each} onSet=${(changed) => set(number, changed)} onDrop=${() => drop(number)} />`)}
    ${logo && html`<label class="check"><input type="checkbox" checked=${placed} onChange=${(event) => apply({ logo: event.target.checked })} /><span>With our logo</span></label>`}
    <div class="row">
      <button class="button main slim" disabled=${busy || !all.length} onClick=${fetchAll}>
        <${Icon} name="down" />${busy ? "Cutting…" : "Download all sizes"}</button>
      <button class="button slim quiet" onClick=${add}>Add a size</button>
      <button class="button slim quiet" onClick=${() => channels.set(USUAL)}>As it was</button>
    </div>
  </div>`;
}

function Channel({ channel, onSet, onDrop }) {
  const { name, width, height, format } = channel;
  const side = (label, value, key) => html`<${Typed} class="input slim number" type="number" min="1" max="8192"
    aria-label=${`${label} of ${name}`} value=${value} onSet=${(text) => onSet({ [key]: Number(text) })} />`;
  return html`<div class="channel">
    <${Typed} class="input slim" aria-label=${`Name of ${name}`} value=${name} pattern="[A-Za-z0-9_-]+" onSet=${(text) => onSet({ name: text })} />
    ${side("Width", width, "width")}${side("Height", height, "height")}
    <select class="slim" aria-label=${`Format of ${name}`} value=${format} onChange=${(event) => onSet({ format: event.target.value })}>
      ${FORMATS.map((each) => html`<option>${each}</option>`)}</select>
    <button class="button icon slim quiet" aria-label=${`Remove ${name}`} onClick=${onDrop}><${Icon} name="close" /></button>
  </div>`;
}
