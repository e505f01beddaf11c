// A sheet over the page, with the browser's own focus trap. Knows nothing of what it shows.
import { html, useEffect, useRef } from "../ui.js";
import { Icon } from "./icon.js";

export function Dialog({ title, onClose, large = false, children }) {
  const root = useRef();
  useEffect(() => {
    const dialog = root.current;
    dialog.showModal();
    return () => dialog.open && dialog.close();
  }, []);
  const aside = (event) => event.target === root.current && onClose();
  return html`<dialog class=${`sheet ${large ? "large" : ""}`} ref=${root} aria-label=${title} onClose=${onClose}
    onClick=${aside}>
    <div class="inside">
      <div class="title"><h2>${title}</h2>
        <button class="button quiet icon" aria-label="Close" onClick=${onClose}><${Icon} name="close" /></button>
      </div>
      ${children}
    </div>
  </dialog>`;
}
