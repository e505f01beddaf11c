// The frame around every page: names of the pages, the credit that is left, and who is signed in. Knows no page's work.
import { html } from "../ui.js";
import { offline } from "../net/call.js";
import { balance } from "../state/balance.js";
import { cents, dollars } from "../state/money.js";
import { tellProblem } from "../state/notices.js";
import { place } from "../state/place.js";
import { session, signOut } from "../state/session.js";
import { useStore } from "../state/store.js";
import { theme } from "../state/theme.js";
import { Icon, Mark } from "./icon.js";
import { Menu } from "./menu.js";
import { Note, Toasts } from "./notices.js";

const NEXT = { system: "light", light: "dark", dark: "system" };
const TOLD = { system: "as the system", light: "light", dark: "dark" };

export function Shell({ tabs, children }) {
  const { page } = useStore(place);
  const lost = useStore(offline);
  return html`<div class="frame">
    <a class="skip" href="#content" onClick=${skip}>Skip to the page</a>
    <header class="bar">
      <a class="mark" href="#/create"><${Mark} />Outcrop</a>
      <nav class="tabs" aria-label="Pages">
        ${tabs.map(
          (tab) => html`<a key=${tab.path} href=${`#/${tab.path}`} aria-current=${page === tab.path ? "page" : undefined}>
            <${Icon} name=${tab.icon} />${tab.name}</a>`,
        )}
      </nav>
      <div class="end"><${Balance} /><${Account} /></div>
    </header>
    <main id="content" tabindex="-1">
      ${lost &&
      html`<div class="stack" role="alert"><${Note} kind="warn">
        The connection is lost. What runs on the server runs on; this page goes on as soon as it is back.<//></div>`}
      ${children}
    </main>
    <${Toasts} />
  </div>`;
}

function skip(event) {
  event.preventDefault();
  document.getElementById("content").focus();
}

function Balance() {
  const { credit } = useStore(balance);
  if (credit === null) return null;
  return html`<span class="balance number" title=${`Credit that is left: ${dollars(credit)}`}>Credit <b>${cents(credit)}</b></span>`;
}

function Account() {
  const { caller } = useStore(session);
  const chosen = useStore(theme);
  const leave = () => signOut().catch(tellProblem);
  return html`<${Menu} label="Account" face=${html`<${Icon} name="person" />`}>
    <li class="who"><b>${caller.user.name}</b><br /><span class="soft small">${caller.account.name ?? caller.account.id}</span></li>
    <li><button onClick=${() => theme.set(NEXT[chosen])}>
      <${Icon} name=${chosen === "dark" ? "moon" : "sun"} />Colours: ${TOLD[chosen]}</button></li>
    <li><button onClick=${leave}><${Icon} name="out" />Sign out</button></li>
  <//>`;
}
