// Members of the account and their keys: made, shown once, switched off. Knows users and keys.
import { html, useState } from "../ui.js";
import { call } from "../net/call.js";
import { tellProblem } from "../state/notices.js";
import { useReading } from "../state/reading.js";
import { may } from "../state/session.js";
import { Dialog } from "./dialog.js";
import { Icon } from "./icon.js";
import { Note } from "./notices.js";

const KINDS = { access: "access key", session: "key with an end", bearer: "bearer key" };
const STATES = { active: "good", off: "", ended: "" };

export function Members() {
  const [found, read] = useReading(membersAndKeys);
  const [fresh, setFresh] = useState(null);
  const [busy, setBusy] = useState(false);
  const make = async (user) => {
    setBusy(true);
    try {
      setFresh(await call("POST", "/v1/keys", { body: { user, kind: "access" } }));
      read();
    } catch (problem) {
      tellProblem(problem);
    }
    setBusy(false);
  };
  const off = async (key) => {
    if (!confirm("Switch this key off? Whoever uses it, also at the studio, is signed out with their next click.")) return;
    try {
      await call("POST", `/v1/keys/${encodeURIComponent(key.id)}/switch-off`);
      read();
    } catch (problem) {
      tellProblem(problem);
    }
  };
  if (!found) return html`<p class="soft">…</p>`;
  const [users, keys] = found;
  return html`<div class="stack wide">
    ${may("CreateUser") && html`<${Invite} onMade=${read} />`}
    ${users.map((user) => html`<section class="card stack tight" key=${user.id}>
      <div class="row between"><h2>${user.name}</h2>
        ${may("CreateKey") && html`<button class="button slim" disabled=${busy} onClick=${() => make(user.name)}>New key</button>`}</div>
      <p class="soft small">${user.policies.join(", ") || "no policies"}</p>
      <ul class="stack tight">${keys.filter((key) => key.user === user.name && key.account === user.account).map((key) => html`<li key=${key.id} class="row">
        <code class="small">${key.id}</code><span class=${`tag ${STATES[key.state]}`}>${key.state === "active" ? KINDS[key.kind] : key.state}</span>
        ${key.expiresAt && html`<span class="soft small">until ${key.expiresAt.slice(0, 10)}</span>`}
        ${key.state === "active" && may("SwitchOffKey") && html`<button class="button slim quiet danger" aria-label=${`Switch off ${key.id}`} onClick=${() => off(key)}>Switch off</button>`}</li>`)}</ul>
    </section>`)}
    ${fresh && html`<${Fresh} made=${fresh} onClose=${() => setFresh(null)} />`}
  </div>`;
}

async function membersAndKeys() {
  const asked = [call("GET", "/v1/users"), may("ListKeys") ? call("GET", "/v1/keys") : { keys: [] }];
  const [{ users }, { keys }] = await Promise.all(asked);
  return [users, keys];
}

function Fresh({ made, onClose }) {
  return html`<${Dialog} title=${`A key for ${made.user}`} onClose=${onClose}>
    <${Note} kind="warn">The secret is shown this once. Copy both now, and hand them on by a safe way.<//>
    <div class="field"><label for="new-id">Access key ID</label><input class="input" id="new-id" readonly value=${made.id} /></div>
    <div class="field"><label for="new-secret">Secret access key</label><input class="input" id="new-secret" readonly value=${made.secretAccessKey} onFocus=${(event) => event.target.select()} /></div>
  <//>`;
}

function Invite({ onMade }) {
  const [busy, setBusy] = useState(false);
  const add = async (event) => {
    event.preventDefault();
    const form = event.target;
    setBusy(true);
    try {
      await call("POST", "/v1/users", { body: { name: new FormData(form).get("name").trim() } });
      form.reset();
      onMade();
    } catch (problem) {
      tellProblem(problem);
    }
    setBusy(false);
  };
  return html`<form class="row" onSubmit=${add}><label class="unseen" for="member">Name of a new member</label>
    <input class="input invite" id="member" name="name" required maxlength="64" pattern="[A-Za-z0-9+=,.@_\\-]+" placeholder="Name of a new member" />
    <button class="button" disabled=${busy}><${Icon} name="person" />Add</button></form>`;
}
