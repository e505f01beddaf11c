// The brand's words and colours beside a prompt, by choice. Knows the kit; knows no prompt.
import { html } from "../ui.js";
import { applied, apply, speaks, useKit } from "../state/brand.js";
import { useStore } from "../state/store.js";
import { Icon } from "./icon.js";

export function BrandWords({ prompt, onAdd }) {
  const kit = useKit();
  const { words } = useStore(applied);
  if (!speaks(kit)) return null;
  const has = (text) => prompt.toLowerCase().includes(text.toLowerCase());
  return html`<div class="stack tight">
    <label class="check"><input type="checkbox" checked=${words} onChange=${(event) => apply({ words: event.target.checked })} />
      <span>By our brand</span></label>
    ${words &&
    kit.use.length + kit.palette.length > 0 &&
    html`<div class="chips" role="group" aria-label="The brand's words and colours">
      ${kit.use.map((text) => html`<${Word} key=${text} text=${text} on=${has(text)} onAdd=${onAdd} />`)}
      ${kit.palette.map((colour) => html`<${Word} key=${colour.name + colour.hex} text=${colour.name} hex=${colour.hex} on=${has(colour.name)} onAdd=${onAdd} />`)}</div>`}
  </div>`;
}

function Word({ text, hex, on, onAdd }) {
  return html`<button type="button" class="chip" aria-pressed=${String(on)} onClick=${() => on || onAdd(text)}>
    ${hex && html`<i class="swatch" style=${{ background: hex }} aria-hidden="true"></i>`}${on && html`<${Icon} name="check" />`}<span>${text}</span></button>`;
}
