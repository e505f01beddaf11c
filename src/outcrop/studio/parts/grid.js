// A grid of any length, of which only what is in sight is in the page. Knows keys and rows; knows nothing of its cells.
import { html, useEffect, useLayoutEffect, useRef, useState } from "../ui.js";

const GAP = 12;
const SPARE_ROWS = 2;
const USUAL_PX = 15; // of the text that `least` is meant beside; on walls of pixels all of it grows

// `cell(index, props, size)` draws one; `onNear` is told when the end comes near.
export function Grid({ count, least, label, cell, onNear, onOpen, onMark }) {
  const root = useRef();
  const wanted = useRef(null); // the cell that keys lead to, until it is in the page
  const [shape, setShape] = useState({ columns: 4, size: least });
  const [sight, setSight] = useState({ first: 0, last: 8 });
  const [at, setAt] = useState(0);
  const pitch = shape.size + GAP;
  const rows = Math.ceil(count / shape.columns);
  const from = sight.first * shape.columns;
  const end = Math.min(count, (sight.last + 1) * shape.columns);
  const here = Math.min(at, count - 1); // pictures may have gone since
  const reached = here >= from && here < end ? here : from; // what Tab leads to is in the page, wherever one has scrolled

  useLayoutEffect(() => {
    const measure = () => {
      const width = root.current.clientWidth;
      const wanted = least * (parseFloat(getComputedStyle(document.documentElement).fontSize) / USUAL_PX);
      const columns = Math.max(2, Math.floor((width + GAP) / (wanted + GAP)));
      setShape({ columns, size: Math.floor((width - GAP * (columns - 1)) / columns) });
    };
    const watch = new ResizeObserver(measure);
    watch.observe(root.current);
    measure();
    return () => watch.disconnect();
  }, [least]);

  useEffect(() => {
    const look = () => {
      const { top } = root.current.getBoundingClientRect();
      const first = Math.max(0, Math.floor(-top / pitch) - SPARE_ROWS);
      const last = Math.ceil((innerHeight - top) / pitch) + SPARE_ROWS;
      setSight((before) => (before.first === first && before.last === last ? before : { first, last }));
      if (last >= rows - SPARE_ROWS) onNear?.();
    };
    look();
    addEventListener("scroll", look, { passive: true });
    addEventListener("resize", look);
    return () => {
      removeEventListener("scroll", look);
      removeEventListener("resize", look);
    };
  }, [pitch, rows, onNear]);

  const cellAt = (index) => root.current.querySelector(`[data-index="${index}"]`);
  useLayoutEffect(() => {
    const there = wanted.current !== null && cellAt(wanted.current);
    if (!there) return;
    wanted.current = null;
    there.focus({ preventScroll: true });
  });
  const lead = (index) => {
    const top = root.current.getBoundingClientRect().top + Math.floor(index / shape.columns) * pitch;
    if (top < 80) scrollBy(0, top - 90);
    else if (top + pitch > innerHeight - 80) scrollBy(0, top + pitch - innerHeight + 90);
    const there = cellAt(index);
    if (there) there.focus({ preventScroll: true });
    wanted.current = there ? null : index;
    setAt(index);
  };
  const move = (event) => {
    const { columns } = shape;
    const start = wanted.current ?? reached;
    const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns, Home: -start, End: count - 1 - start };
    if (event.key in steps) lead(Math.min(count - 1, Math.max(0, start + steps[event.key])));
    else if (event.key === "Enter") onOpen(reached);
    else if (event.key === " ") onMark(reached);
    else return;
    event.preventDefault();
  };

  const shown = [];
  for (let index = from; index < end; index += 1) {
    const place = `translate(${(index % shape.columns) * pitch}px, ${Math.floor(index / shape.columns) * pitch}px)`;
    const style = { transform: place, width: `${shape.size}px`, height: `${shape.size}px` };
    const props = { "data-index": index, tabIndex: index === reached ? 0 : -1, onFocus: () => setAt(index), style };
    shown.push(cell(index, props, shape.size));
  }
  return html`<div class="grid" ref=${root} role="listbox" aria-multiselectable="true" aria-label=${label}
    style=${{ height: `${Math.max(0, rows * pitch - GAP)}px` }} onKeyDown=${move}>${shown}</div>`;
}
