// Starts the studio: takes up the session, and shows the page that the address names. Knows which pages there are.
import { html, render, useEffect, useErrorBoundary, useState } from "./ui.js";
import { Note } from "./parts/notices.js";
import { Shell } from "./parts/shell.js";
import { SignIn } from "./pages/sign-in.js";
import { refreshBalance } from "./state/balance.js";
import { amend, place, read } from "./state/place.js";
import { may, resume, session } from "./state/session.js";
import { useStore } from "./state/store.js";
import "./state/focus.js";
import "./state/theme.js";

const PAGES = [
  { path: "create", name: "Create", icon: "create", load: () => import("./pages/create.js"), asks: "ListModels" },
  { path: "drafts", name: "Drafts", icon: "drafts", load: () => import("./pages/drafts.js"), asks: "ListDraftSets" },
  { path: "compare", name: "Compare", icon: "compare", load: () => import("./pages/compare.js"), asks: "ListComparisons" },
  { path: "library", name: "Library", icon: "library", load: () => import("./pages/library.js"), asks: "ListAssets" },
  { path: "edit", name: "Edit", icon: "edit", load: () => import("./pages/edit.js"), asks: "CreateJob" },
  { path: "brand", name: "Brand kit", aside: true, load: () => import("./pages/brand.js"), asks: "GetBrandKit" }, // from the library
  { path: "run", name: "Run", icon: "run", load: () => import("./pages/run.js"), asks: "GetCosts" },
];
const loaded = new Map();

function App() {
  const { state } = useStore(session);
  useEffect(() => {
    resume();
  }, []);
  useEffect(() => {
    if (state === "in") refreshBalance();
  }, [state]);
  if (state === "unknown") return null;
  return state === "in" ? html`<${Inside} />` : html`<${SignIn} />`;
}

function Inside() {
  const { page } = useStore(place);
  const shown = PAGES.filter((each) => may(each.asks, "user"));
  const found = shown.find((each) => each.path === page);
  useEffect(() => {
    if (!found && !shown.some((each) => each.path === read().page)) amend(shown[0]?.path ?? "create");
  }, [found]);
  useEffect(() => {
    document.title = found ? `${found.name} · Outcrop` : "Outcrop";
  }, [found]);
  return html`<${Shell} tabs=${shown.filter((each) => !each.aside)}>${found ? html`<${Page} key=${found.path} page=${found} />` : html`<${Nothing} />`}<//>`;
}

function Page({ page }) {
  const [Shown, setShown] = useState(() => loaded.get(page.path) ?? null);
  const [failure] = useErrorBoundary((error) => console.error(error));
  useEffect(() => {
    if (Shown) return;
    page.load().then((module) => {
      loaded.set(page.path, module.default);
      setShown(() => module.default);
    });
  }, []);
  if (failure) {
    return html`<${Note} kind="bad">This page has failed: ${failure.message}. Load it again; nothing that runs is lost.<//>`;
  }
  return Shown && html`<${Shown} />`;
}

function Nothing() {
  return html`<div class="empty"><h2>There is nothing for you here yet</h2>
    <p>Your policies allow none of the studio's pages. Ask whoever runs this server for the permissions that you need.</p></div>`;
}

render(html`<${App} />`, document.getElementById("app"));
