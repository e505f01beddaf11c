// The pictures that fit what is looked for, a page at a time. Knows the list of assets; knows no grid.
import { useCallback, useEffect, useRef, useState } from "../ui.js";
import { listAssets } from "./assets.js";
import { tellProblem } from "./notices.js";

const PAGE = 200;
const CALM_MS = 250;

export function useSought(sought) {
  const [found, setFound] = useState({ ids: [], cursor: undefined, begun: false, failed: false });
  const busy = useRef(null);
  const next = useRef(null); // the page after those that have arrived, whether they are shown yet or not
  const read = useCallback(
    async (cursor) => {
      const stop = new AbortController();
      busy.current?.abort();
      busy.current = stop;
      if (!cursor) next.current = null;
      try {
        const page = await listAssets({ ...query(sought), cursor }, stop.signal);
        if (stop.signal.aborted) return;
        const ids = page.assets.map((each) => each.id);
        next.current = page.nextCursor;
        setFound((before) => ({ ids: cursor ? [...before.ids, ...ids] : ids, cursor: page.nextCursor, begun: true, failed: false }));
      } catch (problem) {
        if (!stop.signal.aborted) {
          setFound((before) => (before.begun ? before : { ...before, cursor: null, failed: true }));
          tellProblem(problem);
        }
      }
      if (busy.current === stop) busy.current = null;
    },
    [sought],
  );
  useEffect(() => {
    const timer = setTimeout(() => read(undefined), found.begun ? CALM_MS : 0);
    return () => clearTimeout(timer);
  }, [read]);
  const more = useCallback(() => {
    if (next.current && busy.current === null) read(next.current);
  }, [found, read]);
  const drop = (gone) => setFound((before) => ({ ...before, ids: before.ids.filter((id) => !gone.includes(id)) }));
  const add = (id) => setFound((before) => ({ ...before, ids: [id, ...before.ids.filter((each) => each !== id)] }));
  const again = () => read(undefined);
  return { ids: found.ids, whole: !found.cursor, begun: found.begun, failed: found.failed, more, drop, add, again };
}

function query({ text, tag, campaign, kind }) {
  return { text: text.trim(), tag: tag.trim().replace(/\s*:\s*/, ":"), campaign: campaign.trim(), kind, limit: PAGE };
}
