// A menu under a button: opens by click, closes by choice, Escape, or when one goes elsewhere. Knows no entry.
import { html, useLayoutEffect, useRef, useState } from "../ui.js";

export function Menu({ label, face, children }) {
  const [open, setOpen] = useState(false);
  const root = useRef();
  useLayoutEffect(() => {
    if (!open) return undefined;
    const away = (event) => root.current.contains(event.target) || setOpen(false);
    const escape = (event) => {
      if (event.key !== "Escape") return;
      setOpen(false);
      root.current.querySelector("button").focus();
    };
    addEventListener("pointerdown", away);
    addEventListener("focusin", away);
    addEventListener("keydown", escape);
    return () => {
      removeEventListener("pointerdown", away);
      removeEventListener("focusin", away);
      removeEventListener("keydown", escape);
    };
  }, [open]);
  return html`<div class="menu" ref=${root}>
    <button class="button quiet icon" aria-label=${label} aria-expanded=${String(open)} onClick=${() => setOpen(!open)}>
      ${face}
    </button>
    ${open && html`<ul onClick=${(event) => event.target.closest("button, a") && setOpen(false)}>${children}</ul>`}
  </div>`;
}
