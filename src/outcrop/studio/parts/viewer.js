// One picture at its full size, with what it was made from. Knows assets; knows no page.
import { html } from "../ui.js";
import { Dialog } from "./dialog.js";
import { Icon } from "./icon.js";
import { contentOf } from "./job-tile.js";

export function Viewer({ job, onClose }) {
  const [asset] = job.assets;
  return html`<${Dialog} title=${job.name || "Picture"} large onClose=${onClose}>
    <div class="viewer">
      <img src=${contentOf(asset, 1536)} alt=${job.prompt ?? "Picture"} />
      <div class="stack">
        ${job.prompt && html`<p>${job.prompt}</p>`}
        <dl class="facts">
          <dt>Model</dt><dd>${job.model}</dd>
          ${job.seed !== undefined && html`<dt>Seed</dt><dd class="number">${job.seed}</dd>`}
          ${job.price && html`<dt>Price</dt><dd class="number">$${job.price}</dd>`}
        </dl>
        <div class="row">
          <a class="button" href=${`/v1/assets/${asset}/content`} download><${Icon} name="down" />Download</a>
        </div>
      </div>
    </div>
  <//>`;
}
