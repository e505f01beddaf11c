// What the linter says of a prompt, while it is written: the gravest first, the rest at a click. It has its room before
// it says anything, since it comes while somebody is on the way to a button below. Knows findings; knows no rule.
import { html, useEffect, useState } from "../ui.js";
import { call } from "../net/call.js";
import { applied, useKit } from "../state/brand.js";
import { may } from "../state/session.js";
import { useStore } from "../state/store.js";
import { Icon } from "./icon.js";
import { ICONS, Note } from "./notices.js";

const CALM_MS = 450;
const KINDS = { blocked: "bad", warning: "warn", advice: "info" }; // the gravest first
const GRAVITY = Object.keys(KINDS);

export function Advice({ prompt, negative, model }) {
  const { avoid } = useKit();
  const branded = useStore(applied).words && avoid.length > 0;
  const [findings, setFindings] = useState(null);
  useEffect(() => {
    if (!prompt || !may("LintPrompt")) {
      setFindings(null);
      return undefined;
    }
    const stop = new AbortController();
    const timer = setTimeout(async () => {
      try {
        const body = { prompt, ...(negative && { negativePrompt: negative }), ...(model && { model }), ...(branded && { brandKit: true }) };
        setFindings((await call("POST", "/v1/prompts/lint", { body, signal: stop.signal })).findings);
      } catch {
        if (!stop.signal.aborted) setFindings(null); // advice that cannot be had is missed by nobody
      }
    }, CALM_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [prompt, negative, model, branded]);
  if (!may("LintPrompt")) return null;
  const [gravest, ...others] = (findings ?? []).toSorted((one, other) => GRAVITY.indexOf(one.severity) - GRAVITY.indexOf(other.severity));
  return html`<div class="advice" aria-live="polite">
    ${gravest
      ? html`<details class=${`note ${KINDS[gravest.severity]}`}>
          <summary><${Icon} name=${ICONS[KINDS[gravest.severity]]} /><${Finding} finding=${gravest} />
            ${others.length > 0 && html`<span class="soft number">${others.length} more</span>`}</summary>
          ${others.map((each) => html`<div key=${each.field + each.rule + each.start}><${Icon} name=${ICONS[KINDS[each.severity]]} /><${Finding} finding=${each} /></div>`)}
        </details>`
      : findings
        ? html`<${Note} kind="good">Clear words: nothing to advise.<//>`
        : html`<${Note}>Say what it shows, how it is framed and how it is lit.<//>`}
  </div>`;
}

function Finding({ finding: { message, suggestion } }) {
  return html`<span>${message}${suggestion && html` <span class="soft">${suggestion}</span>`}</span>`;
}
