// The picture with a mask painted over it: brush, eraser and lasso, by pointer or by keys. Knows strokes; knows no model.
import { html, useEffect, useRef } from "../ui.js";
import { paint, repaint } from "../state/mask.js";

const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export function MaskCanvas({ asset, src, tool, size, strokes, onStroke, canvasRef }) {
  const cursor = useRef();
  const drawn = useRef(null); // the stroke under the pointer
  const keyed = useRef([asset.width / 2, asset.height / 2]);
  const context = () => canvasRef.current.getContext("2d");

  useEffect(() => repaint(context(), strokes), [strokes]);

  const at = (event) => {
    const { left, top, width } = canvasRef.current.getBoundingClientRect();
    const scale = asset.width / width;
    return [(event.clientX - left) * scale, (event.clientY - top) * scale];
  };
  const show = ([x, y]) => {
    const share = (value, whole) => `${(100 * value) / whole}%`;
    Object.assign(cursor.current.style, { left: share(x, asset.width), top: share(y, asset.height), width: share(size, asset.width) });
  };
  const down = (event) => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    drawn.current = { tool, size, points: [at(event)] };
    if (tool !== "lasso") paint(context(), drawn.current);
  };
  const move = (event) => {
    show(at(event));
    const stroke = drawn.current;
    if (!stroke) return;
    const before = stroke.points.length;
    const events = event.getCoalescedEvents?.() ?? [];
    for (const each of events.length ? events : [event]) stroke.points.push(at(each));
    if (tool === "lasso") {
      repaint(context(), strokes);
      paint(context(), stroke);
    } else paint(context(), stroke, before);
  };
  const up = () => {
    if (drawn.current) onStroke(drawn.current);
    drawn.current = null;
  };
  const press = (event) => {
    const [x, y] = keyed.current;
    if (event.key in STEPS) {
      const pace = event.shiftKey ? size : size / 4;
      const [across, along] = STEPS[event.key];
      keyed.current = [clamp(x + across * pace, asset.width), clamp(y + along * pace, asset.height)];
      show(keyed.current);
    } else if (event.key === " ") onStroke({ tool: tool === "lasso" ? "brush" : tool, size, points: [keyed.current] });
    else return;
    event.preventDefault();
  };

  return html`<div class="easel" style=${{ aspectRatio: `${asset.width} / ${asset.height}`, "--ratio": asset.width / asset.height }}>
    <img src=${src} alt="" draggable=${false} />
    <canvas ref=${canvasRef} class="mask" width=${asset.width} height=${asset.height} tabindex="0" role="application"
      aria-label="Mask: arrow keys move the brush, Space paints" onPointerDown=${down} onPointerMove=${move} onPointerUp=${up} onPointerCancel=${up}
      onKeyDown=${press} onFocus=${() => show(keyed.current)}></canvas>
    <i class="cursor" ref=${cursor} aria-hidden="true"></i>
  </div>`;
}

function clamp(value, most) {
  return Math.min(most, Math.max(0, value));
}
