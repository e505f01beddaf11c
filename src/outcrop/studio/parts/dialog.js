// A sheet over the page, with the browser's own focus trap. Knows nothing of what it shows.
import { html, useLayoutEffect, useRef } from "../ui.js";
import { goBack, here } from "../state/focus.js";
import { Icon } from "./icon.js";

export function Dialog({ title, onClose, large = false, children }) {
  const root = useRef();
  const gone = useRef(false); // the page has moved on: that the dialog closes with it is nobody's wish
  useLayoutEffect(() => {
    const dialog = root.current;
    const opener = here();
    dialog.showModal();
    return () => {
      gone.current = true;
      if (dialog.open) dialog.close();
      goBack(opener, dialog);
    };
  }, []);
  const closed = () => gone.current || onClose();
  const aside = (event) => event.target === root.current && onClose();
  return html`<dialog class=${`sheet ${large ? "large" : ""}`} ref=${root} aria-label=${title} onClose=${closed}
    onClick=${aside}>
    <div class="inside">
      <div class="title"><h2>${title}</h2>
        <button class="button quiet icon" aria-label="Close" onClick=${onClose}><${Icon} name="close" /></button>
      </div>
      ${children}
    </div>
  </dialog>`;
}
