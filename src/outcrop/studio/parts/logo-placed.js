// The logo and where it goes: shown on a picture as renditions have it. Knows the kit's logo; keeps nothing.
import { html, useEffect, useState } from "../ui.js";
import { call } from "../net/call.js";
import { contentOf } from "../state/assets.js";
import { CORNERS, LOGO } from "../state/brand.js";
import { may } from "../state/session.js";
import { Icon } from "./icon.js";
import { Upload } from "./upload.js";

const RANGES = [
  { name: "size", label: "Size", least: 0.05, most: 0.6 },
  { name: "margin", label: "From the edges", least: 0, most: 0.2 },
  { name: "opacity", label: "How solid", least: 0.1, most: 1 },
];

export function LogoPlaced({ logo, onSet }) {
  const below = useLatest(logo?.asset);
  const change = (said) => onSet({ ...logo, ...said });
  return html`<section class="card stack"><h2>Logo</h2>
    <div class="placed" aria-hidden="true">
      ${below && html`<img class="below" src=${contentOf(below, { width: 768, height: 576, fit: "cover" })} alt="" />`}
      ${logo && html`<img class=${`logo ${logo.corner}`} src=${contentOf(logo.asset, { width: 512, fit: "inside" })} alt=""
        style=${{ "--size": logo.size, "--margin": logo.margin, opacity: logo.opacity }} />`}</div>
    <div class="row">
      ${may("UploadAsset", "user") && html`<${Upload} label=${logo ? "Another logo" : "Upload a logo"} onKept=${(asset) => onSet({ ...LOGO, ...logo, asset })} />`}
      ${logo && html`<button type="button" class="button quiet" onClick=${() => onSet(null)}><${Icon} name="trash" />Without a logo</button>`}</div>
    ${logo
      ? html`<div class="choice corners" role="group" aria-label="Corner">${CORNERS.map((corner) => html`<button type="button" key=${corner} aria-pressed=${String(corner === logo.corner)}
            onClick=${() => change({ corner })}>${corner.replace("-", " ")}</button>`)}</div>
          ${RANGES.map((range) => html`<div class="field" key=${range.name}><label for=${`logo-${range.name}`}>${range.label}</label>
            <input type="range" id=${`logo-${range.name}`} min=${range.least} max=${range.most} step="0.01" value=${logo[range.name]}
              onInput=${(event) => change({ [range.name]: Number(event.target.value) })} /></div>`)}
          <label class="check"><input type="checkbox" checked=${logo.plate === "auto"} onChange=${(event) => change({ plate: event.target.checked ? "auto" : "none" })} />
            <span>On a plate where it could not be seen, such as white on white</span></label>`
      : html`<p class="soft small">A PNG without a background does best. It is placed on downloads that ask for it, never on the pictures themselves.</p>`}
  </section>`;
}

// The latest picture that was made here, to see the logo on.
function useLatest(except) {
  const [found, setFound] = useState(null);
  useEffect(() => {
    if (!may("ListAssets", "user")) return;
    const shown = ({ assets }) => setFound(assets.find((each) => each.id !== except && !each.held)?.id ?? null);
    call("GET", "/v1/assets", { query: { kind: "picture", limit: 5 } }).then(shown, () => {}); // it is for looks alone
  }, []);
  return found;
}
