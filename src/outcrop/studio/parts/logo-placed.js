// The logo and where it goes: shown on a picture as renditions have it. Knows the kit's logo; keeps nothing.
import { html, useEffect, useLayoutEffect, useRef, useState } from "../ui.js";
import { call } from "../net/call.js";
import { contentOf } from "../state/assets.js";
import { CORNERS, LOGO } from "../state/brand.js";
import { placeOf, plateUnder } from "../state/plate.js";
import { may } from "../state/session.js";
import { Icon } from "./icon.js";
import { Upload } from "./upload.js";

const SHOWN = { width: 768, height: 576 };
const RANGES = [
  { name: "size", label: "Size", least: 0.05, most: 0.6 },
  { name: "margin", label: "From the edges", least: 0, most: 0.2 },
  { name: "opacity", label: "How solid", least: 0.1, most: 1 },
];

export function LogoPlaced({ logo, onSet }) {
  const change = (said) => onSet({ ...logo, ...said });
  return html`<section class="card stack"><h2>Logo</h2>
    <${Placed} logo=${logo} />
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

function Placed({ logo }) {
  const below = useLatest(logo?.asset);
  const picture = useRef();
  const mark = useRef();
  const [loaded, setLoaded] = useState(0);
  const [plate, setPlate] = useState(null);
  const come = () => setLoaded((before) => before + 1);
  useLayoutEffect(() => setPlate(plateOf(logo, mark.current, picture.current)), [logo, below, loaded]);
  return html`<div class="placed" aria-hidden="true">
    ${below && html`<img class="below" ref=${picture} src=${contentOf(below, { ...SHOWN, fit: "cover" })} alt="" onLoad=${come} />`}
    ${plate && html`<i class=${`plate ${plate.tone}`} style=${plate.style}></i>`}
    ${logo && html`<img class=${`logo ${logo.corner}`} ref=${mark} src=${contentOf(logo.asset, { width: 512, fit: "inside" })} alt="" onLoad=${come}
      style=${{ "--size": logo.size, "--margin": logo.margin, opacity: logo.opacity }} />`}</div>`;
}

// The plate as it is drawn here; null where none is needed, or nothing can be said yet.
function plateOf(logo, mark, picture) {
  if (logo?.plate !== "auto" || !mark?.naturalWidth || !picture?.naturalWidth) return null;
  const { left, top, width, height, pad } = placeOf(logo, { width: mark.naturalWidth, height: mark.naturalHeight }, SHOWN);
  const pixels = (image, ...box) => {
    const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
    context.drawImage(image, ...box);
    return context.getImageData(0, 0, width, height).data;
  };
  const tone = plateUnder(pixels(mark, 0, 0, width, height), pixels(picture, -left, -top, SHOWN.width, SHOWN.height));
  const share = (value, of) => `${(100 * value) / of}%`;
  const across = { left: share(left - pad, SHOWN.width), width: share(width + 2 * pad, SHOWN.width) };
  const along = { top: share(top - pad, SHOWN.height), height: share(height + 2 * pad, SHOWN.height) };
  return tone && { tone, style: { ...across, ...along, "--pad": share(pad, SHOWN.height).replace("%", "cqh"), opacity: logo.opacity } };
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
