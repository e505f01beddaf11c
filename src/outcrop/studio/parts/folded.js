// Something that is there when it is opened, and not before. Knows nothing of what it is.
import { html, useState } from "../ui.js";

export function Folded({ summary, children }) {
  const [open, setOpen] = useState(false);
  return html`<details onToggle=${(event) => setOpen(event.target.open)}><summary>${summary}</summary>${open && children}</details>`;
}
