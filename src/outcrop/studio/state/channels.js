// The sizes that channels want, which everybody may change for themselves. Knows no picture.
import { recall, remember } from "./remembered.js";
import { store } from "./store.js";

export const USUAL = [
  { name: "story", width: 1080, height: 1920, format: "jpeg" },
  { name: "post", width: 1080, height: 1080, format: "jpeg" },
  { name: "banner", width: 1200, height: 628, format: "jpeg" },
  { name: "header", width: 1500, height: 500, format: "webp" },
];

export const channels = store(recall("channels", USUAL));

channels.watch((value) => remember("channels", value));
