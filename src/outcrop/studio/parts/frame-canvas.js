// The picture in a frame whose edges are dragged outwards, or set by number. Knows sizes; knows no model.
import { html, useRef } from "../ui.js";

const EDGES = [
  { name: "left", label: "Left" },
  { name: "right", label: "Right" },
  { name: "up", label: "Above" },
  { name: "down", label: "Below" },
];
const MOST = 2000;
const STEP = 64;

export function FrameCanvas({ asset, src, frame, onFrame }) {
  const root = useRef();
  const whole = { width: asset.width + frame.left + frame.right, height: asset.height + frame.up + frame.down };
  const share = (value, of) => `${(100 * value) / of}%`;
  const place = { left: share(frame.left, whole.width), top: share(frame.up, whole.height), width: share(asset.width, whole.width), height: share(asset.height, whole.height) };
  const set = (name, value) => onFrame({ ...frame, [name]: Math.min(MOST, Math.max(0, Math.round(value))) });

  const drag = (name) => (event) => {
    event.preventDefault();
    const handle = event.currentTarget;
    handle.setPointerCapture(event.pointerId);
    const scale = whole.width / root.current.getBoundingClientRect().width;
    const from = { x: event.clientX, y: event.clientY, value: frame[name] };
    const by = { left: (e) => from.x - e.clientX, right: (e) => e.clientX - from.x, up: (e) => from.y - e.clientY, down: (e) => e.clientY - from.y }[name];
    const move = (moved) => set(name, from.value + by(moved) * scale);
    const end = () => {
      handle.removeEventListener("pointermove", move);
      handle.removeEventListener("pointerup", end);
    };
    handle.addEventListener("pointermove", move);
    handle.addEventListener("pointerup", end);
  };

  return html`<div class="stack">
    <div class="easel framed" ref=${root} style=${{ aspectRatio: `${whole.width} / ${whole.height}`, "--ratio": whole.width / whole.height }}>
      <img src=${src} alt="" draggable=${false} style=${place} />
      ${EDGES.map(({ name }) => html`<i key=${name} class=${`edge ${name}`} aria-hidden="true" onPointerDown=${drag(name)}></i>`)}
    </div>
    <div class="row edges">${EDGES.map(
      ({ name, label }) => html`<div class="field" key=${name}><label for=${`edge-${name}`}>${label}</label>
        <input class="input slim number" id=${`edge-${name}`} type="number" min="0" max=${MOST} step=${STEP} value=${frame[name]}
          onInput=${(event) => set(name, Number(event.target.value))} /></div>`,
    )}</div>
  </div>`;
}
