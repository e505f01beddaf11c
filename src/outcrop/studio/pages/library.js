// The library: every picture of the account, found by words, tags, campaign and kind; opened, marked, taken out.
import { html, useMemo, useState } from "../ui.js";
import { Grid } from "../parts/grid.js";
import { Icon } from "../parts/icon.js";
import { Marked } from "../parts/marked.js";
import { Note } from "../parts/notices.js";
import { Upload, uploadAll } from "../parts/upload.js";
import { Viewer } from "../parts/viewer.js";
import { assets, contentOf, heldBack, named } from "../state/assets.js";
import { amend, place } from "../state/place.js";
import { may } from "../state/session.js";
import { useSought } from "../state/sought.js";
import { useStore } from "../state/store.js";

const LEAST_PX = 168;
const NOTHING = { text: "", tag: "", campaign: "", kind: "" };

export default function Library() {
  const { rest } = useStore(place);
  const [sought, setSought] = useState(NOTHING);
  const { ids: listed, whole, more, begun, failed, drop, add, again } = useSought(sought);
  const [marked, setMarked] = useState(new Set());
  const known = useStore(assets);
  const ids = useMemo(() => listed.filter((id) => known.has(id)), [listed, known]); // without what was deleted here
  const open = (id) => amend(id ? `library/${id}` : "library");
  const mark = (id) => setMarked((before) => toggled(before, id));
  const dropped = (event) => {
    event.preventDefault();
    uploadAll(event.dataTransfer.files, add);
  };
  const cell = (index, props, size) => html`<${Cell} key=${ids[index]} asset=${known.get(ids[index])} props=${props} size=${size}
    marked=${marked.has(ids[index])} onOpen=${open} onMark=${mark} />`;

  return html`<div class="library" onDragOver=${(event) => event.preventDefault()} onDrop=${dropped}>
    <div class="head"><div><h1>Library</h1><p>${begun ? counted(ids.length, whole) : "…"}</p></div>
      <div class="row">${may("GetBrandKit", "user") && html`<a class="button" href="#/brand"><${Icon} name="star" />Brand kit</a>`}
        ${may("UploadAsset", "user") && html`<${Upload} onKept=${add} />`}</div></div>
    <${Search} sought=${sought} onSeek=${setSought} />
    ${marked.size > 0 && html`<${Marked} ids=${[...marked]} onDone=${() => setMarked(new Set())} onGone=${drop} />`}
    ${failed && html`<div class="stack"><${Note} kind="bad">The pictures could not be read. Nothing is lost.
      <div class="row"><button class="button slim" onClick=${again}>Try again</button></div><//></div>`}
    ${begun && !ids.length
      ? html`<${Nothing} sought=${sought} />`
      : html`<${Grid} count=${ids.length} least=${LEAST_PX} label="Pictures" onNear=${more} cell=${cell}
          onOpen=${(index) => open(ids[index])} onMark=${(index) => mark(ids[index])} />`}
    ${rest[0] && html`<${Viewer} id=${rest[0]} onClose=${() => open(null)} onOpen=${open} />`}
  </div>`;
}

function Cell({ asset, props, size, marked, onOpen, onMark }) {
  if (!asset) return html`<div class="cell" role="option" aria-selected="false" aria-label="gone" ...${props}></div>`;
  const press = (event) => (event.shiftKey || event.ctrlKey || event.metaKey ? onMark(asset.id) : onOpen(asset.id));
  const toggle = (event) => {
    event.stopPropagation();
    onMark(asset.id);
  };
  const told = asset.held ? `${named(asset)}: ${heldBack(asset)}` : named(asset);
  const side = Math.min(512, Math.ceil((size * Math.min(devicePixelRatio, 2)) / 128) * 128);
  return html`<div class=${`cell ${marked ? "marked" : ""}`} role="option" aria-selected=${String(marked)} aria-label=${told} onClick=${press} ...${props}>
    ${asset.held
      ? html`<span class="held"><${Icon} name="eye" />${heldBack(asset)}</span>`
      : html`<img src=${contentOf(asset.id, { width: side, height: side, fit: "cover" })} alt="" decoding="async" />`}
    <span class="mark" aria-hidden="true" onClick=${toggle}><${Icon} name="check" /></span>
  </div>`;
}

function Search({ sought, onSeek }) {
  const set = (name) => (event) => onSeek({ ...sought, [name]: event.target.value });
  return html`<div class="search" role="search">
    <div class="field words"><label class="unseen" for="text">Words</label>
      <input class="input" id="text" type="search" placeholder="Words in prompts, names and texts" value=${sought.text} onInput=${set("text")} /></div>
    <div class="field"><label class="unseen" for="tag">Tag</label>
      <input class="input" id="tag" placeholder="Tag" value=${sought.tag} onInput=${set("tag")} /></div>
    <div class="field"><label class="unseen" for="of-campaign">Campaign</label>
      <input class="input" id="of-campaign" placeholder="Campaign" value=${sought.campaign} onInput=${set("campaign")} /></div>
    <div class="field"><label class="unseen" for="kind">Kind</label>
      <select id="kind" value=${sought.kind} onChange=${set("kind")}>
        <option value="">All pictures</option><option value="picture">Made here</option><option value="upload">Uploaded</option></select></div>
  </div>`;
}

function Nothing({ sought }) {
  const looking = Object.values(sought).some(Boolean);
  return html`<div class="empty"><${Icon} name="library" /><h2>No pictures here</h2>
    <p>${looking ? "Nothing fits what you look for; take something away from it." : "What you create is kept here. You can also drop pictures onto this page."}</p></div>`;
}

function toggled(set, id) {
  const next = new Set(set);
  if (!next.delete(id)) next.add(id);
  return next;
}

function counted(count, whole) {
  const number = count.toLocaleString("en-US");
  if (!whole) return `${number} and more`;
  return `${number} ${count === 1 ? "picture" : "pictures"}`;
}
