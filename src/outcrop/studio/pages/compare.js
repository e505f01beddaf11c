// Compare: pictures side by side, across models, seeds or prompts, and blind votes on them. Knows which parts there are.
import { html } from "../ui.js";
import { Ballot } from "../parts/ballot.js";
import { Ballots } from "../parts/ballots.js";
import { Comparison } from "../parts/comparison.js";
import { Comparisons } from "../parts/comparisons.js";
import { place } from "../state/place.js";
import { useStore } from "../state/store.js";

export default function Compare() {
  const { rest } = useStore(place);
  const [first, second] = rest;
  if (first === "votes") return second ? html`<${Ballot} key=${second} id=${second} />` : html`<${Ballots} />`;
  return first ? html`<${Comparison} key=${first} id=${first} />` : html`<${Comparisons} />`;
}
