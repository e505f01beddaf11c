// The picture with a mask painted over it, by pointer or by keys. Knows strokes; knows no model.
import { html, useLayoutEffect, useRef } from "../ui.js";
import { covers, paint, repaint } from "../state/mask.js";

const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const OUTLINED = ["lasso", "box"]; // what they enclose is filled, however wide the brush
const FINE = 1 / 4;

export function MaskCanvas({ asset, src, tool, size, strokes, onStroke }) {
  const canvas = useRef();
  const cursor = useRef();
  const drawn = useRef(null); // the stroke under the pointer, or between its corners' keys
  const keyed = useRef([asset.width / 2, asset.height / 2]);
  const context = () => canvas.current.getContext("2d");

  useLayoutEffect(() => {
    drawn.current = null;
    repaint(context(), strokes);
  }, [strokes, tool]);

  const at = (event) => {
    const { left, top, width } = canvas.current.getBoundingClientRect();
    const scale = asset.width / width;
    return [(event.clientX - left) * scale, (event.clientY - top) * scale];
  };
  const show = ([x, y]) => {
    const share = (value, whole) => `${(100 * value) / whole}%`;
    Object.assign(cursor.current.style, { left: share(x, asset.width), top: share(y, asset.height), width: share(size, asset.width) });
  };
  const preview = (stroke) => {
    repaint(context(), strokes);
    paint(context(), stroke);
  };
  const end = () => {
    const stroke = drawn.current;
    drawn.current = null;
    if (!stroke) return;
    if (OUTLINED.includes(tool) && !covers([stroke], asset)) repaint(context(), strokes); // it encloses nothing
    else onStroke(stroke);
  };
  const down = (event) => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    drawn.current = { tool, size, points: [at(event)] };
    if (!OUTLINED.includes(tool)) paint(context(), drawn.current);
  };
  const move = (event) => {
    show(at(event));
    const stroke = drawn.current;
    if (!stroke || !event.buttons) return;
    const before = stroke.points.length;
    const events = event.getCoalescedEvents?.() ?? [];
    for (const each of events.length ? events : [event]) stroke.points.push(at(each));
    if (OUTLINED.includes(tool)) preview(stroke);
    else paint(context(), stroke, before);
  };
  const walk = ([across, along], pace) => {
    const [x, y] = keyed.current;
    keyed.current = [clamp(x + across * pace, asset.width), clamp(y + along * pace, asset.height)];
    show(keyed.current);
    if (drawn.current) preview({ ...drawn.current, points: [...drawn.current.points, keyed.current] });
  };
  const corner = () => {
    const points = [...(drawn.current?.points ?? []), keyed.current];
    drawn.current = { tool, size, points };
    if (tool === "box" && points.length === 2) end();
    else preview(drawn.current);
  };
  const giveUp = () => {
    drawn.current = null;
    repaint(context(), strokes);
  };
  const press = (event) => {
    const outlined = OUTLINED.includes(tool);
    if (event.key in STEPS) walk(STEPS[event.key], event.shiftKey ? size : size * FINE);
    else if (event.key === " " && outlined) corner();
    else if (event.key === " ") onStroke({ tool, size, points: [keyed.current] });
    else if (event.key === "Enter" && drawn.current) end();
    else if (event.key === "Escape" && drawn.current) giveUp();
    else return;
    event.preventDefault();
  };
  const label = OUTLINED.includes(tool) ? "Space sets a corner, Enter closes, Escape gives up" : "Space paints";

  return html`<div class="easel" style=${{ aspectRatio: `${asset.width} / ${asset.height}`, "--ratio": asset.width / asset.height }}>
    <img src=${src} alt="" draggable=${false} />
    <canvas ref=${canvas} class="mask" width=${asset.width} height=${asset.height} tabindex="0" role="application"
      aria-label=${`Mask: arrow keys move the ${tool === "eraser" ? "eraser" : "brush"}, ${label}`} onPointerDown=${down} onPointerMove=${move} onPointerUp=${end} onPointerCancel=${end}
      onKeyDown=${press} onFocus=${() => show(keyed.current)}></canvas>
    <i class="cursor" ref=${cursor} aria-hidden="true"></i>
  </div>`;
}

function clamp(value, most) {
  return Math.min(most, Math.max(0, value));
}
