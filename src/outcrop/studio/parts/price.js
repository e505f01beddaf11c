// What it will cost, before the click: price, who pays, and whether a budget stands against it. Knows quotes.
import { html, useEffect, useState } from "../ui.js";
import { call } from "../net/call.js";
import { dollars } from "../state/money.js";
import { Note } from "./notices.js";

const CALM_MS = 250;

// The quote of a body so many times over; null until it is there.
export function useQuote(model, body, candidates) {
  const [quote, setQuote] = useState({ value: null, problem: null });
  const asked = JSON.stringify({ model, body, candidates });
  useEffect(() => {
    if (!model) return undefined;
    const stop = new AbortController();
    const timer = setTimeout(async () => {
      try {
        const value = await call("POST", "/v1/quote", { body: JSON.parse(asked), signal: stop.signal });
        setQuote({ value, problem: null });
      } catch (problem) {
        if (!stop.signal.aborted) setQuote({ value: null, problem });
      }
    }, CALM_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [asked]);
  return quote;
}

// What several kinds of pictures cost together, each so many times over: their quotes, asked for at once.
export function useQuotes(wanted) {
  const [quotes, setQuotes] = useState({ values: null, problem: null });
  const asked = JSON.stringify(wanted);
  useEffect(() => {
    setQuotes({ values: null, problem: null });
    const all = JSON.parse(asked);
    if (!all.length) return undefined;
    const stop = new AbortController();
    const timer = setTimeout(async () => {
      try {
        const values = await Promise.all(all.map((body) => call("POST", "/v1/quote", { body, signal: stop.signal })));
        setQuotes({ values, problem: null });
      } catch (problem) {
        if (!stop.signal.aborted) setQuotes({ values: null, problem });
      }
    }, CALM_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [asked]);
  return quotes;
}

export function Price({ quote: { value, problem } }) {
  if (problem) return html`<${Note} kind="bad">${problem.message}<//>`;
  if (value === null) return html`<p class="price soft">…</p>`;
  const [pool] = value.credit;
  const tight = value.budgets.find((budget) => budget.fits && budget.pictures < 20);
  return html`<div class="stack tight">
    <p class="price"><b class="number">${dollars(value.candidates.total)}</b>
      <span class="soft small">${value.candidates.each > 1 ? `${value.candidates.each} × ${dollars(value.price)}, ` : ""}
        ${pool ? `from credit “${pool.pool}”` : "billed"}</span></p>
    ${tight && html`<p class="soft small">Budget “${tight.budget}”: ${tight.pictures} such pictures left.</p>`}
    ${value.refusal && html`<${Note} kind="warn">${value.refusal}<//>`}
  </div>`;
}
