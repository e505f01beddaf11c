// Who called what, when, and how it ended: the newest first, a page at a time. Knows the audit trail's events.
import { html, useEffect, useRef, useState } from "../ui.js";
import { call } from "../net/call.js";
import { tellProblem } from "../state/notices.js";
import { reach } from "../state/session.js";
import { Icon } from "./icon.js";

const CALM_MS = 300;
const ALL = { user: "", operation: "", since: "", until: "", outcome: "all" };

export function Trail() {
  const own = reach("ListAuditEvents");
  const [sought, setSought] = useState(ALL);
  const { events, cursor, begun, more } = useTrail(own, sought);
  return html`<div class="stack wide">
    <${Search} sought=${sought} onSeek=${setSought} whole=${!own.user} />
    ${events.length > 0 && html`<section class="card"><${Events} events=${events} /></section>`}
    ${begun && !events.length && html`<div class="empty"><${Icon} name="run" /><h2>${cursor ? "Nothing yet" : "Nothing here"}</h2>
      <p>${cursor ? "So far, nothing in the trail fits; it goes on further back." : "Nothing in the audit trail fits what you look for."}</p></div>`}
    ${cursor && html`<div class="row centred"><button class="button" onClick=${more}>Further back</button></div>`}
    ${!begun && html`<p class="soft">…</p>`}
  </div>`;
}

function Search({ sought, onSeek, whole }) {
  const set = (name) => (event) => onSeek({ ...sought, [name]: event.target.value });
  return html`<div class="sought" role="search">
    ${whole && html`<div class="field"><label for="trail-user">Member</label><input class="input" id="trail-user" maxlength="64" value=${sought.user} placeholder="everybody" onInput=${set("user")} /></div>`}
    <div class="field"><label for="trail-operation">What was called</label><input class="input" id="trail-operation" maxlength="64" value=${sought.operation} placeholder="InvokeModel" onInput=${set("operation")} /></div>
    <div class="field"><label for="trail-since">From</label><input class="input" id="trail-since" type="date" value=${sought.since} onInput=${set("since")} /></div>
    <div class="field"><label for="trail-until">Before</label><input class="input" id="trail-until" type="date" value=${sought.until} onInput=${set("until")} /></div>
    <div class="field"><label for="trail-outcome">Ended</label><select id="trail-outcome" value=${sought.outcome} onChange=${set("outcome")}>
      <option value="all">In any way</option><option value="refused">Refused or failed</option></select></div>
  </div>`;
}

function Events({ events }) {
  return html`<div class="table-wrap" tabindex="0" role="region" aria-label="Audit trail"><table class="trail broad">
    <thead><tr><th scope="col">When</th><th scope="col">Who</th><th scope="col">What</th><th scope="col">From</th><th scope="col">Ended</th></tr></thead>
    <tbody>${events.map((event) => html`<tr key=${event.id}>
      <td>${event.at ? new Date(event.at).toLocaleString() : "–"}</td>
      <td>${event.user ?? "nobody known"}${event.key && html`<br /><span class="soft">${event.key}</span>`}</td>
      <td><b>${event.operation}</b>${Object.values(event.about).map((value) => html`<br /><span class="soft">${value}</span>`)}</td>
      <td title=${event.userAgent ?? ""}>${event.address}</td>
      <td>${event.error ? html`<span class="tag warn">${event.error}</span>` : html`<span class="tag good">answered</span>`}</td></tr>`)}</tbody></table></div>`;
}

// The events that fit, as far back as has been asked for; an answer to what is no longer sought is dropped.
function useTrail(own, sought) {
  const [found, setFound] = useState({ events: [], cursor: null, begun: false });
  const asking = useRef(null);
  const read = async (cursor) => {
    asking.current?.abort();
    const stop = (asking.current = new AbortController());
    try {
      const page = await call("GET", "/v1/audit-events", { query: { ...asked(sought), ...own, cursor }, signal: stop.signal });
      if (stop.signal.aborted) return;
      setFound((before) => ({ events: cursor ? [...before.events, ...page.events] : page.events, cursor: page.nextCursor, begun: true }));
    } catch (problem) {
      if (stop.signal.aborted) return;
      setFound((before) => ({ ...before, begun: true }));
      tellProblem(problem);
    }
  };
  useEffect(() => {
    const timer = setTimeout(() => read(undefined), found.begun ? CALM_MS : 0);
    return () => {
      clearTimeout(timer);
      asking.current?.abort();
    };
  }, [sought]);
  return { ...found, more: () => read(found.cursor) };
}

// What names cannot hold is not looked for.
function asked({ user, operation, ...others }) {
  return { ...others, user: user.replace(/[^A-Za-z0-9+=,.@_-]/g, ""), operation: operation.replace(/[^A-Za-z]/g, "") };
}
