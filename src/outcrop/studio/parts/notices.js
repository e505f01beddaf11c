// Words about what happened, where they are seen and heard. Knows nothing of what it was.
import { html } from "../ui.js";
import { dismiss, notices } from "../state/notices.js";
import { useStore } from "../state/store.js";
import { Icon } from "./icon.js";

export const ICONS = { good: "check", warn: "warn", bad: "bad", info: "info" };

export function Note({ kind = "info", children }) {
  return html`<div class=${`note ${kind}`}><${Icon} name=${ICONS[kind]} /><div>${children}</div></div>`;
}

export function Toasts() {
  const shown = useStore(notices);
  return html`<div class="toasts" role="status" aria-live="polite">
    ${shown.map(
      (each) => html`<${Note} key=${each.id} kind=${each.kind}>
        ${each.text}
        <div class="row">
          ${each.action && html`<button class="button slim" onClick=${() => act(each)}>${each.action.label}</button>`}
          <button class="button slim quiet" onClick=${() => dismiss(each.id)}>Dismiss</button>
        </div>
      <//>`,
    )}
  </div>`;
}

function act({ id, action }) {
  dismiss(id);
  action.run();
}
