// What can be done to several pictures at once. Knows assets; knows no grid.
import { html, useState } from "../ui.js";
import { assets, change, remove } from "../state/assets.js";
import { tell, tellProblem } from "../state/notices.js";
import { may } from "../state/session.js";
import { Channels } from "./channels.js";
import { Dialog } from "./dialog.js";
import { Icon } from "./icon.js";
import { readTags } from "./viewer.js";

export function Marked({ ids, onDone, onGone }) {
  const [sizes, setSizes] = useState(false);
  const each = async (act, told) => {
    try {
      for (const id of ids) await act(id);
      tell(told);
      onDone();
    } catch (problem) {
      tellProblem(problem); // those before it are done
    }
  };
  const tag = () => {
    const text = prompt("Tags to add, apart by commas (name or name: value)");
    if (text) each((id) => change(id, { tags: { ...assets.get().get(id).tags, ...readTags(text) } }), "Tagged.");
  };
  const file = () => {
    const text = prompt("The campaign that they belong to");
    if (text !== null) each((id) => change(id, { campaign: text.trim() || null }), "Filed.");
  };
  const discard = () => {
    if (confirm(`Delete ${ids.length} pictures for good?`)) each((id) => remove(id).then(() => onGone([id])), "Deleted.");
  };
  return html`<div class="marked-bar" role="toolbar" aria-label="Marked pictures">
    <b class="number">${ids.length} marked</b>
    ${may("ArchiveAssets", "user") && html`<button class="button slim" onClick=${() => setSizes(true)}><${Icon} name="down" />Channel sizes</button>`}
    ${may("ChangeAsset", "user") &&
    html`<button class="button slim" onClick=${tag}><${Icon} name="tag" />Tag</button>
      <button class="button slim" onClick=${file}>Campaign</button>`}
    ${may("DeleteAsset", "user") && html`<button class="button slim danger" onClick=${discard}><${Icon} name="trash" />Delete</button>`}
    <button class="button slim quiet" onClick=${onDone}>Unmark</button>
    ${sizes && html`<${Dialog} title="Channel sizes" onClose=${() => setSizes(false)}><${Channels} ids=${ids} /><//>`}
  </div>`;
}
