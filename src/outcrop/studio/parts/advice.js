// What the linter says of a prompt, while it is written. Knows findings; knows no rule.
import { html, useEffect, useState } from "../ui.js";
import { call } from "../net/call.js";
import { applied, useKit } from "../state/brand.js";
import { may } from "../state/session.js";
import { useStore } from "../state/store.js";
import { Note } from "./notices.js";

const CALM_MS = 450;
const KINDS = { advice: "info", warning: "warn", blocked: "bad" };

export function Advice({ prompt, negative, model }) {
  const { avoid } = useKit();
  const branded = useStore(applied).words && avoid.length > 0;
  const [findings, setFindings] = useState([]);
  useEffect(() => {
    if (!prompt || !may("LintPrompt")) {
      setFindings([]);
      return undefined;
    }
    const stop = new AbortController();
    const timer = setTimeout(async () => {
      try {
        const body = { prompt, ...(negative && { negativePrompt: negative }), ...(model && { model }), ...(branded && { brandKit: true }) };
        setFindings((await call("POST", "/v1/prompts/lint", { body, signal: stop.signal })).findings);
      } catch {
        if (!stop.signal.aborted) setFindings([]); // advice that cannot be had is missed by nobody
      }
    }, CALM_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [prompt, negative, model, branded]);
  return html`<div class="stack tight" aria-live="polite">
    ${findings.map((each) => html`<${Note} key=${each.field + each.rule + each.start} kind=${KINDS[each.severity] ?? "info"}>
      ${each.message}${each.suggestion && html` <span class="soft">${each.suggestion}</span>`}<//>`)}
  </div>`;
}
