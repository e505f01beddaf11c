// Pictures from this machine into the library, each refused or kept with a word. Knows files.
import { html, useRef } from "../ui.js";
import { upload } from "../state/assets.js";
import { tell, tellProblem } from "../state/notices.js";
import { Icon } from "./icon.js";

const TYPES = ["image/png", "image/jpeg", "image/webp"];
const MOST_BYTES = 25_000_000;

export function Upload({ onKept, label = "Upload" }) {
  const field = useRef();
  const chosen = (event) => {
    uploadAll(event.target.files, onKept);
    event.target.value = "";
  };
  return html`<div><input hidden type="file" ref=${field} multiple accept=${TYPES.join(",")} aria-label="Pictures to upload" onChange=${chosen} />
    <button class="button" onClick=${() => field.current.click()}><${Icon} name="upload" />${label}</button></div>`;
}

export async function uploadAll(files, onKept) {
  for (const file of [...files]) {
    try {
      check(file);
      onKept((await upload(file)).id);
      tell(`“${file.name}” is kept.`);
    } catch (problem) {
      tellProblem(problem.code ? new Error(`“${file.name}”: ${problem.message}`) : problem);
    }
  }
}

function check({ name, type, size }) {
  if (!TYPES.includes(type)) throw new Error(`“${name}” is no picture that can be kept; send PNG, JPEG or WebP.`);
  if (size > MOST_BYTES) {
    const megabytes = Math.ceil(size / 1e6);
    throw new Error(`“${name}” has ${megabytes} MB; the most there may be are 25. Save it smaller and send it again.`);
  }
}
