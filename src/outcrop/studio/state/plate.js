// Whether a logo needs a plate to be seen, as the server decides it of renditions. Knows pixels; knows no page.
const CONTRAST = 2; // of two luminances, from which on one is told from the other at a glance
const ENOUGH = 0.5; // so much of a logo has to be told from what is below it
const PAD = 0.12; // how far a plate goes beyond its logo, as a part of the logo's shorter side

// Where a logo lies on a picture. Sizes are { width, height }, in pixels.
export function placeOf({ corner, size, margin }, mark, whole) {
  const part = Math.min((size * whole.width) / mark.width, (size * whole.height) / mark.height);
  const [width, height] = [mark.width, mark.height].map((side) => Math.max(1, Math.round(side * part)));
  const away = Math.round(margin * Math.min(whole.width, whole.height));
  return {
    left: corner.endsWith("left") ? away : Math.max(0, whole.width - away - width),
    top: corner.startsWith("top") ? away : Math.max(0, whole.height - away - height),
    width,
    height,
    pad: Math.round(PAD * Math.min(width, height)),
  };
}

// "white" or "black", without which a logo could not be seen; null where it can, or has no clear parts. Both are pixels,
// red to alpha, of one size.
export function plateUnder(mark, below) {
  let [least, ink, now] = [1, 0, 0];
  const seen = { white: 0, black: 0 };
  for (let at = 0; at < mark.length; at += 4) {
    const alpha = mark[at + 3] / 255;
    const light = luminance(mark, at);
    least = Math.min(least, alpha);
    ink += alpha;
    now += alpha * told(light, luminance(below, at));
    seen.white += alpha * told(light, 1);
    seen.black += alpha * told(light, 0);
  }
  if (least > ENOUGH || !ink) return null;
  const best = seen.black > seen.white ? "black" : "white";
  return now / ink < ENOUGH && seen[best] > now ? best : null;
}

function told(one, other) {
  return Number((Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05) >= CONTRAST);
}

function luminance(pixels, at) {
  return 0.2126 * LINEAR[pixels[at]] + 0.7152 * LINEAR[pixels[at + 1]] + 0.0722 * LINEAR[pixels[at + 2]];
}

const LINEAR = Array.from({ length: 256 }, (_, level) => {
  const share = level / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
});
