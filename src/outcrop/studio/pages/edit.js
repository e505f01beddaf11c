// Edit: one picture, what can be done to it, and what came of it. Knows edits and jobs; brush and frame are parts.
import { html, useEffect, useState } from "../ui.js";
import { Editor } from "../parts/editor.js";
import { Icon } from "../parts/icon.js";
import { Upload } from "../parts/upload.js";
import { assets, contentOf, named, useAsset } from "../state/assets.js";
import { loadModels, models } from "../state/models.js";
import { tellProblem } from "../state/notices.js";
import { go, place } from "../state/place.js";
import { may } from "../state/session.js";
import { useSought } from "../state/sought.js";
import { useStore } from "../state/store.js";

export default function Edit() {
  const { rest, query } = useStore(place);
  const all = useStore(models);
  const asset = useAsset(rest[0]);
  useEffect(() => {
    loadModels().catch(tellProblem);
  }, []);
  if (!rest[0]) return html`<${Choose} />`;
  if (!asset || !all) return html`<h1 class="unseen">Edit</h1><p class="soft">…</p>`;
  return html`<${Editor} key=${asset.id} asset=${asset} models=${all} begin=${query.get("do")} />`;
}

const NEWEST = { text: "", tag: "", campaign: "", kind: "" };
const SHOWN = 24;

function Choose() {
  const [sought] = useState(NEWEST);
  const { ids, begun, add } = useSought(sought);
  const known = useStore(assets);
  const open = (id) => {
    add(id);
    go(`edit/${id}`);
  };
  return html`<div class="head"><div><h1>Edit</h1><p>Choose a picture to change, or bring one of your own.</p></div>
      ${may("UploadAsset", "user") && html`<${Upload} onKept=${open} label="Bring a picture" />`}</div>
    ${begun && !ids.length && html`<div class="empty"><${Icon} name="edit" /><h2>No pictures yet</h2><p>Create one, or bring one of your own.</p></div>`}
    <div class="tiles small">${ids.slice(0, SHOWN).map((id) => html`<a key=${id} class="picture tile square" href=${`#/edit/${id}`} aria-label=${named(known.get(id) ?? {})}>
      <img src=${contentOf(id, { width: 384, height: 384, fit: "cover" })} alt="" loading="lazy" /></a>`)}</div>`;
}
