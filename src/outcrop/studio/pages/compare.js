// Compare: pictures side by side, across models, seeds or prompts. Shows all grids, or the one that is named.
import { html } from "../ui.js";
import { Comparison } from "../parts/comparison.js";
import { Comparisons } from "../parts/comparisons.js";
import { place } from "../state/place.js";
import { useStore } from "../state/store.js";

export default function Compare() {
  const { rest } = useStore(place);
  return rest[0] ? html`<${Comparison} key=${rest[0]} id=${rest[0]} />` : html`<${Comparisons} />`;
}
