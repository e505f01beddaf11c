// A field whose text holds only when it is whole: what is being typed stays, whatever else on the page is drawn anew.
import { html, useState } from "../ui.js";

export function Typed({ value, onSet, ...props }) {
  const [typed, setTyped] = useState(null); // null while nobody types
  const done = (event) => {
    setTyped(null);
    onSet(event.target.value);
  };
  return html`<input ...${props} value=${typed ?? value} onInput=${(event) => setTyped(event.target.value)} onChange=${done} />`;
}
