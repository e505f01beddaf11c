// One picture at its full size: what it was made from, what is said of it, and what can be done with it. Knows assets.
import { html, useState } from "../ui.js";
import { call } from "../net/call.js";
import { change, contentOf, heldBack, named, remove, useAsset } from "../state/assets.js";
import { tell, tellProblem } from "../state/notices.js";
import { go } from "../state/place.js";
import { reuse } from "../state/reuse.js";
import { may, mayTo } from "../state/session.js";
import { Channels } from "./channels.js";
import { Dialog } from "./dialog.js";
import { Folded } from "./folded.js";
import { Icon } from "./icon.js";
import { Lineage } from "./lineage.js";
import { MoreLike } from "./more-like.js";

export function Viewer({ id, onClose, onOpen }) {
  const asset = useAsset(id);
  return html`<${Dialog} title=${asset ? asset.name || "Picture" : "Picture"} large onClose=${onClose}>
    ${asset ? html`<${Shown} key=${id} asset=${asset} onClose=${onClose} onOpen=${onOpen} />` : html`<p class="soft">…</p>`}
  <//>`;
}

function Shown({ asset, onClose, onOpen }) {
  const mine = (operation) => mayTo(operation, asset);
  const [like, setLike] = useState(false);
  const use = () => {
    onClose();
    reuse(asset).catch(tellProblem);
  };
  const discard = async () => {
    if (!confirm("Delete this picture for good? It cannot be brought back.")) return;
    try {
      await remove(asset.id);
      onClose();
      tell("Deleted.");
    } catch (problem) {
      tellProblem(problem);
    }
  };
  const begun = () => {
    onClose();
    go("create"); // where they come
  };
  return html`<div class="viewer">
    ${like && html`<${MoreLike} id=${asset.id} onClose=${() => setLike(false)} onBegun=${begun} />`}
    <div class="pane" style=${{ "--shape": `${asset.width} / ${asset.height}` }}>
      ${asset.held
        ? html`<p class="soft">${heldBack(asset)}</p>`
        : html`<img src=${contentOf(asset.id, { width: 1536 })} alt=${named(asset)} width=${asset.width} height=${asset.height} />`}</div>
    <div class="stack">
      ${asset.prompt && html`<p class="prompt">${asset.prompt}</p>`}
      <div class="row">
        ${asset.model && html`<button class="button" onClick=${use}><${Icon} name="again" />Use these settings</button>`}
        ${may("CreateJob", "user") && html`<button class="button" onClick=${() => setLike(true)}><${Icon} name="again" />More like this</button>`}
        <a class="button" href=${`#/edit/${asset.id}`} onClick=${onClose}><${Icon} name="edit" />Edit</a>
        <a class="button" href=${contentOf(asset.id, { disposition: "attachment" })} download><${Icon} name="down" />Download</a>
      </div>
      <${Facts} asset=${asset} />
      ${mine("ChangeAsset") && html`<${Said} asset=${asset} />`}
      ${mine("ArchiveAssets") && html`<${Folded} summary="Channel sizes"><${Channels} ids=${[asset.id]} /><//>`}
      ${mine("LinkAsset") && html`<${Folded} summary="Share by link"><${Share} asset=${asset} /><//>`}
      ${mine("GetAssetLineage") &&
      html`<${Folded} summary="Where it comes from"><${Lineage} id=${asset.id} onOpen=${onOpen} /><//>`}
      ${mine("DeleteAsset") &&
      html`<div><button class="button quiet danger slim" onClick=${discard}><${Icon} name="trash" />Delete</button></div>`}
    </div>
  </div>`;
}

function Facts({ asset }) {
  const size = `${asset.width} × ${asset.height}`;
  return html`<dl class="facts">
    ${asset.model && html`<dt>Model</dt><dd>${asset.model}</dd>`}
    ${asset.seed !== null && html`<dt>Seed</dt><dd class="number">${asset.seed}</dd>`}
    ${asset.negativePrompt && html`<dt>Left out</dt><dd>${asset.negativePrompt}</dd>`}
    <dt>File</dt><dd class="number">${size}, ${asset.format.toUpperCase()}, ${Math.ceil(asset.sizeBytes / 1024)} KB</dd>
    <dt>Made</dt><dd>${new Date(asset.createdAt).toLocaleString()} by ${asset.user}</dd>
    <${Terms} asset=${asset} />
    ${asset.held && html`<dt>Review</dt><dd>${heldBack(asset)}</dd>`}
  </dl>`;
}

function Terms({ asset }) {
  const { licence } = asset;
  if (!licence) return asset.kind === "upload" ? null : html`<dt>Licence</dt><dd>The weights name none.</dd>`;
  const called = licence.title || licence.name || "Terms";
  return html`<dt>Licence</dt><dd>${licence.url ? html`<a href=${licence.url} target="_blank" rel="noreferrer">${called}</a>` : called}
    ${licence.terms && html`<br /><span class="small soft">${licence.terms}</span>`}</dd>`;
}

function Said({ asset }) {
  const [alt, setAlt] = useState(asset.alt ?? "");
  const [campaign, setCampaign] = useState(asset.campaign ?? "");
  const [tags, setTags] = useState(written(asset.tags));
  const changed = alt !== (asset.alt ?? "") || campaign !== (asset.campaign ?? "") || tags !== written(asset.tags);
  const store = async (event) => {
    event.preventDefault();
    try {
      await change(asset.id, { alt: alt.trim() || null, campaign: campaign.trim() || null, tags: readTags(tags) });
      tell("Kept.");
    } catch (problem) {
      tellProblem(problem);
    }
  };
  return html`<form class="stack tight" onSubmit=${store}>
    <div class="field"><label for="alt">Text for those who do not see it</label>
      <textarea id="alt" rows="2" maxlength="2000" value=${alt} onInput=${(event) => setAlt(event.target.value)}></textarea></div>
    <div class="field"><label for="campaign">Campaign</label>
      <input class="input" id="campaign" maxlength="63" value=${campaign} onInput=${(event) => setCampaign(event.target.value)} /></div>
    <div class="field"><label for="tags">Tags</label>
      <input class="input" id="tags" value=${tags} placeholder="season: spring, hero" onInput=${(event) => setTags(event.target.value)} /></div>
    ${changed && html`<div><button class="button main slim">Keep changes</button></div>`}
  </form>`;
}

const LASTS = [
  ["An hour", 3600],
  ["A day", 86400],
  ["A week", 604800],
];

function Share({ asset }) {
  const [lasts, setLasts] = useState(86400);
  const [made, setMade] = useState(null);
  const [busy, setBusy] = useState(false);
  const link = made?.lasts === lasts ? made : null;
  const make = async () => {
    setBusy(true);
    try {
      setMade({ ...(await call("POST", `/v1/assets/${asset.id}/links`, { body: { expiresInSeconds: lasts } })), lasts });
    } catch (problem) {
      tellProblem(problem);
    }
    setBusy(false);
  };
  const address = link && new URL(link.url, location.href).href;
  return html`<div class="stack tight">
    <div class="row"><label class="unseen" for="lasts">How long</label>
      <select class="slim" id="lasts" value=${lasts} onChange=${(event) => setLasts(Number(event.target.value))}>
        ${LASTS.map(([label, seconds]) => html`<option value=${seconds}>${label}</option>`)}</select>
      <button class="button slim" disabled=${busy} onClick=${make}><${Icon} name="link" />Make a link</button></div>
    ${link &&
    html`<input class="input" readonly aria-label="Link" value=${address} onFocus=${(event) => event.target.select()} />
      <span class="small soft">Whoever has it sees the picture until ${new Date(link.expiresAt).toLocaleString()}.</span>`}
  </div>`;
}

function written(tags) {
  return Object.entries(tags)
    .map(([name, value]) => (value ? `${name}: ${value}` : name))
    .join(", ");
}

export function readTags(text) {
  const found = {};
  for (const word of text.split(",")) {
    const [name, ...value] = word.split(":");
    if (name.trim()) found[name.trim()] = value.join(":").trim();
  }
  return found;
}
