// Drafts: cheap pictures by the sheet, of which the best are finished. Shows all sets, or the one that is named.
import { html } from "../ui.js";
import { DraftSet } from "../parts/draft-set.js";
import { DraftSets } from "../parts/draft-sets.js";
import { place } from "../state/place.js";
import { useStore } from "../state/store.js";

export default function Drafts() {
  const { rest } = useStore(place);
  return rest[0] ? html`<${DraftSet} key=${rest[0]} id=${rest[0]} />` : html`<${DraftSets} />`;
}
