// Two pictures over each other, with a line between them that is moved. Knows pictures' addresses.
import { html, useState } from "../ui.js";
import { contentOf } from "../state/assets.js";
import { Dialog } from "./dialog.js";

export function Compare({ left, right, labels, shape, onClose }) {
  const [at, setAt] = useState(50);
  const picture = (id, place) => html`<img class=${place} draggable=${false} src=${contentOf(id, { width: 1024 })} alt=${labels[place === "left" ? 0 : 1]} />`;
  const drag = ({ buttons, clientX, currentTarget, pointerId, target, type }) => {
    if (!buttons || target.type === "range") return; // which moves the line by itself
    if (type === "pointerdown") currentTarget.setPointerCapture(pointerId);
    const { left: begin, width } = currentTarget.getBoundingClientRect();
    setAt(Math.min(100, Math.max(0, Math.round(((clientX - begin) / width) * 100))));
  };
  return html`<${Dialog} title=${`${labels[0]} and ${labels[1]}`} large onClose=${onClose}>
    <div class="compare" style=${{ "--at": `${at}%`, "--shape": shape }} onPointerDown=${drag} onPointerMove=${drag}>
      ${picture(right, "right")}${picture(left, "left")}
      <span class="line" aria-hidden="true"></span>
      <span class="label left">${labels[0]}</span><span class="label right">${labels[1]}</span>
      <input type="range" min="0" max="100" value=${at} aria-label="Where one picture ends and the other begins"
        onInput=${(event) => setAt(Number(event.target.value))} />
    </div>
  <//>`;
}
