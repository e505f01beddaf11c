// Icons, drawn here: one stroke, 24 units wide. They say nothing that words beside them do not.
import { html } from "../ui.js";

const PATHS = {
  create: "M12 4v3M12 17v3M4 12h3M17 12h3M6.5 6.5l2 2M15.5 15.5l2 2M17.5 6.5l-2 2M8.5 15.5l-2 2",
  drafts: "M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM13 13h7v7h-7z",
  library: "M4 6h16v12H4zM4 15l4.5-4.5 4 4 3-3L20 16",
  edit: "M4 20l1-4L16 5l3 3L8 19zM14 7l3 3",
  run: "M4 20V10M10 20V4M16 20v-7M21 20H3",
  close: "M6 6l12 12M18 6L6 18",
  check: "M5 12.5l4.5 4.5L19 7.5",
  warn: "M12 4L2.8 20h18.4zM12 10v4.5M12 17.2v.3",
  bad: "M12 3a9 9 0 100 18 9 9 0 000-18M12 7.5v5.5M12 16v.3",
  info: "M12 3a9 9 0 100 18 9 9 0 000-18M12 11v5.5M12 7.6v.3",
  more: "M6 12h.01M12 12h.01M18 12h.01",
  down: "M12 4v12M6.5 11L12 16.5 17.5 11M5 20h14",
  dice: "M5 5h14v14H5zM9 9h.01M15 15h.01M12 12h.01M15 9h.01M9 15h.01",
  pin: "M9 4h6l-1 6 4 4H6l4-4zM12 14v6",
  person: "M12 12a4 4 0 100-8 4 4 0 000 8M4.5 20c1.2-3.6 4-5 7.5-5s6.3 1.4 7.5 5",
  sun: "M12 8a4 4 0 100 8 4 4 0 000-8M12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.4 1.4M17.6 17.6L19 19M19 5l-1.4 1.4M6.4 17.6L5 19",
  moon: "M19.5 14.5A8 8 0 119.5 4.5a6.5 6.5 0 0010 10z",
  out: "M14 4H5v16h9M10 12h10M16.5 8l4 4-4 4",
  again: "M5 12a7 7 0 1012-5l2-2M19 3v4h-4",
  search: "M11 4a7 7 0 100 14 7 7 0 000-14M16.5 16.5L21 21",
  compare: "M12 3v18M4 6h5v12H4zM15 6h5v12h-5z",
  star: "M12 4l2.4 5 5.6.8-4 4 1 5.6-5-2.7-5 2.7 1-5.6-4-4 5.6-.8z",
  tag: "M4 4h8l8 8-8 8-8-8zM8.5 8.5h.01",
  link: "M10 14a4 4 0 005.7 0l3-3A4 4 0 0013 5.3l-1 1M14 10a4 4 0 00-5.7 0l-3 3A4 4 0 0011 18.7l1-1",
  trash: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13",
  brush: "M14 5l5 5-7 7c-2 2-6 2-8 2 1-2 0-5 2-7zM11 8l5 5",
  eraser: "M9 19h11M4 14l9-9 6 6-8 8H9z",
  box: "M4 6h16v12H4zM4 6v0M20 6v0",
  lasso: "M12 5c-5 0-8 2-8 5s3 5 8 5 8-2 8-5-3-5-8-5M8 14c-1 3 1 4 3 5",
  undo: "M9 5L4 10l5 5M4 10h10a6 6 0 010 12h-3",
  redo: "M15 5l5 5-5 5M20 10H10a6 6 0 000 12h3",
  frame: "M7 3v14h14M3 7h14v14",
  upload: "M12 16V4M6.5 9L12 3.5 17.5 9M5 20h14",
  eye: "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12M12 9.5a2.5 2.5 0 100 5 2.5 2.5 0 000-5",
  tree: "M6 4v16M6 9h8M6 17h8M14 6h6v6h-6zM14 14h6v6h-6z",
};

export function Icon({ name }) {
  return html`<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.7" stroke-linecap="round"
    stroke-linejoin="round" aria-hidden="true"><path d=${PATHS[name]} /></svg>`;
}

export function Mark() {
  return html`<svg viewBox="0 0 32 32" aria-hidden="true">
    <path fill="var(--accent)" d="M3 26 11 9l5 7 4-6 9 16z" /><path fill="var(--ink)" opacity="0.22" d="m11 9 5 7-3 10H3z" />
  </svg>`;
}
