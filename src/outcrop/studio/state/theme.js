// Light, dark, or as the system has it.
import { recall, remember } from "./remembered.js";
import { store } from "./store.js";

export const theme = store(recall("theme", "system"));

theme.watch((chosen) => {
  remember("theme", chosen);
  show(chosen);
});

function show(chosen) {
  if (chosen === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = chosen;
}

show(theme.get());
