// What it will cost, before the click: price, who pays, and whether a budget stands against it. Knows quotes.
import { html, useEffect, useState } from "../ui.js";
import { call, offline } from "../net/call.js";
import { moves } from "../state/balance.js";
import { pricedBy } from "../state/bodies.js";
import { dollars } from "../state/money.js";
import { useStore } from "../state/store.js";
import { Note } from "./notices.js";

const CALM_MS = 250;

// The quote of a body so many times over: its value, null until it is there, or the problem that it met.
export function useQuote(model, body, candidates) {
  const { values, ...told } = useQuotes(model ? [{ model, body, candidates }] : []);
  return { ...told, value: values && values[0] };
}

// What several kinds of pictures cost together, each so many times over: their quotes, asked for at once. While it waits,
// nobody has seen the price of what a click would make now. They are asked for anew when what they said may not hold.
export function useQuotes(wanted) {
  const [told, setTold] = useState({ values: null, problem: null, priced: null });
  const asked = JSON.stringify(wanted);
  const priced = pricedBy(wanted);
  const moved = useStore(moves);
  const lost = useStore(offline);
  useEffect(() => {
    if (!wanted.length || lost) return undefined;
    const stop = new AbortController();
    const timer = setTimeout(async () => {
      try {
        const values = await Promise.all(JSON.parse(asked).map((body) => call("POST", "/v1/quote", { body, signal: stop.signal })));
        setTold({ values, problem: null, priced });
      } catch (problem) {
        if (!stop.signal.aborted) setTold({ values: null, problem, priced });
      }
    }, CALM_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [asked, moved, lost]);
  const { values, problem } = told.priced === priced ? told : { values: null, problem: null };
  return { values, problem, waiting: wanted.length > 0 && !values && !problem };
}

export function Price({ quote: { value, problem } }) {
  if (problem) return html`<${Note} kind="bad">${problem.message}<//>`;
  if (value === null) return html`<div class="priced"><p class="price soft">…</p></div>`;
  const [pool] = value.credit;
  const tight = value.budgets.find((budget) => budget.fits && budget.pictures < 20);
  return html`<div class="stack tight priced">
    <p class="price"><b class="number">${dollars(value.candidates.total)}</b>
      <span class="soft small">${value.candidates.each > 1 ? `${value.candidates.each} × ${dollars(value.price)}, ` : ""}
        ${pool ? `from credit “${pool.pool}”` : "billed"}</span></p>
    ${tight && html`<p class="soft small">Budget “${tight.budget}”: ${tight.pictures} such pictures left.</p>`}
    ${value.refusal && html`<${Note} kind="warn">${value.refusal}<//>`}
  </div>`;
}
