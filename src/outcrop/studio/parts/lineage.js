// What a picture came from and what came of it, as a tree from its oldest ancestors on. Knows lineages.
import { html, useEffect, useState } from "../ui.js";
import { call } from "../net/call.js";
import { contentOf } from "../state/assets.js";
import { tellProblem } from "../state/notices.js";

export function Lineage({ id, onOpen }) {
  const [found, setFound] = useState(null);
  useEffect(() => {
    call("GET", `/v1/assets/${id}/lineage`).then(setFound, tellProblem);
  }, [id]);
  if (!found) return html`<p class="soft small">…</p>`;
  if (found.nodes.length < 2) {
    return html`<p class="soft small">It came from nothing else, and nothing has come of it yet.</p>`;
  }
  const children = new Set(found.edges.map((edge) => edge.child));
  const roots = found.nodes.filter((node) => !children.has(node.id));
  return html`<ul class="lineage">
    ${roots.map((node) => html`<${Branch} key=${node.id} node=${node} all=${found} here=${id} onOpen=${onOpen} seen=${[]} />`)}</ul>`;
}

function Branch({ node, all, here, onOpen, role, seen }) {
  const below = seen.includes(node.id) ? [] : all.edges.filter((edge) => edge.parent === node.id);
  const kind = node.kind === "upload" ? "upload" : "picture";
  const gone = node.deletedAt !== null;
  return html`<li>
    <button class="node" aria-current=${node.id === here ? "true" : undefined} disabled=${gone || !onOpen} onClick=${() => onOpen?.(node.id)}>
      ${gone ? html`<span class="small soft">gone</span>` : html`<img src=${contentOf(node.id, { width: 96 })} alt="" width="48" height="48" loading="lazy" />`}
      <span><b class="small">${role ?? kind}</b><br /><span class="small soft">${node.prompt ?? kind}</span></span>
    </button>
    ${below.length > 0 &&
    html`<ul>${below.map((edge) => html`<${Branch} key=${edge.child} node=${all.nodes.find((each) => each.id === edge.child)} role=${edge.role}
      all=${all} here=${here} onOpen=${onOpen} seen=${[...seen, node.id]} />`)}</ul>`}
  </li>`;
}
