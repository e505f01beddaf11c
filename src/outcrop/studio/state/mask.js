// A mask as the strokes that it was painted with: so undo is exact, and costs no memory. Knows canvases' contexts.
//
// A stroke is { tool, size, points }; a point is [x, y] in pixels of the picture. Of a box, the first point and the last
// are corners; to invert needs none.
const COARSE = 4; // pixels of the picture to one of those that are looked through for paint
const SEEN = 96; // of 255: less is the rim that an eraser leaves of what it took away

export function paint(context, stroke, from = 0) {
  const { tool, size, points } = stroke;
  context.globalCompositeOperation = tool === "eraser" ? "destination-out" : "source-over";
  context.fillStyle = context.strokeStyle = "#ff5a1f";
  context.lineWidth = size;
  context.lineCap = context.lineJoin = "round";
  context.beginPath();
  if (tool === "invert") {
    context.globalCompositeOperation = "xor";
    fill(context);
  } else if (tool === "box") {
    const [[left, top], [right, bottom]] = [points[0], points.at(-1)];
    context.fillRect(left, top, right - left, bottom - top);
  } else if (tool === "lasso") {
    points.forEach(([x, y], index) => (index ? context.lineTo(x, y) : context.moveTo(x, y)));
    context.closePath();
    context.fill();
  } else if (points.length === 1) {
    context.arc(...points[0], size / 2, 0, 2 * Math.PI);
    context.fill();
  } else {
    const first = Math.max(0, from - 1);
    context.moveTo(...points[first]);
    for (const point of points.slice(first + 1)) context.lineTo(...point);
    context.stroke();
  }
}

// All of a canvas, at whatever scale it is painted on.
function fill(context) {
  context.save();
  context.resetTransform();
  context.fillRect(0, 0, context.canvas.width, context.canvas.height);
  context.restore();
}

// Whether anything is left of what was painted: a line has no area, and what was erased is gone.
export function covers(strokes, { width, height }) {
  if (!strokes.length) return false;
  const small = new OffscreenCanvas(Math.ceil(width / COARSE), Math.ceil(height / COARSE));
  const context = small.getContext("2d", { willReadFrequently: true });
  context.scale(1 / COARSE, 1 / COARSE);
  for (const stroke of strokes) paint(context, stroke);
  return context.getImageData(0, 0, small.width, small.height).data.some((value, at) => at % 4 === 3 && value >= SEEN);
}

export function repaint(context, strokes) {
  const { width, height } = context.canvas;
  context.globalCompositeOperation = "source-over";
  context.clearRect(0, 0, width, height);
  for (const stroke of strokes) paint(context, stroke);
}

// White where something changes, black elsewhere, with soft edges: as models take it.
export function masked(strokes, { width, height }, feather) {
  const painted = new OffscreenCanvas(width, height);
  repaint(painted.getContext("2d"), strokes);
  const flat = document.createElement("canvas");
  flat.width = width;
  flat.height = height;
  const context = flat.getContext("2d");
  if (feather) context.filter = `blur(${feather}px)`;
  context.drawImage(painted, 0, 0);
  context.filter = "none";
  context.globalCompositeOperation = "source-in";
  context.fillStyle = "#fff";
  context.fillRect(0, 0, flat.width, flat.height);
  context.globalCompositeOperation = "destination-over";
  context.fillStyle = "#000";
  context.fillRect(0, 0, flat.width, flat.height);
  return base64(flat);
}

export async function base64(source) {
  const blob = source instanceof Blob ? source : await new Promise((resolve) => source.toBlob(resolve, "image/png"));
  const reader = new FileReader();
  return new Promise((resolve, reject) => {
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => reject(new Error("The picture could not be read; load the page again."));
    reader.readAsDataURL(blob);
  });
}
