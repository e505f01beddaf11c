// Sign in with an access key, or with a link that opens once. Knows keys as far as their form.
import { html, useEffect, useState } from "../ui.js";
import { Mark } from "../parts/icon.js";
import { Note } from "../parts/notices.js";
import { amend, place } from "../state/place.js";
import { session, signIn } from "../state/session.js";
import { useStore } from "../state/store.js";

export function SignIn() {
  const { why } = useStore(session);
  const { page, rest } = useStore(place);
  const link = page === "sign-in" ? rest[0] : undefined;
  const [problem, setProblem] = useState(null);
  const [busy, setBusy] = useState(false);

  const enter = async (wanted) => {
    setBusy(true);
    setProblem(null);
    try {
      await signIn(wanted);
    } catch (error) {
      setProblem(error);
    }
    setBusy(false);
  };
  useEffect(() => {
    if (!link) return;
    amend("create"); // the link is spent: it does not stay in the address
    enter({ link });
  }, [link]);

  const submit = (event) => {
    event.preventDefault();
    const given = new FormData(event.target);
    const wanted = { accessKeyId: given.get("id").trim(), secretAccessKey: given.get("secret").trim() };
    const token = given.get("token").trim();
    enter(token ? { ...wanted, sessionToken: token } : wanted);
  };

  return html`<main class="sign-in" id="content" tabindex="-1">
    <form class="card stack" onSubmit=${submit}>
      <div class="mark"><${Mark} />Outcrop</div>
      <div><h1>Sign in to the studio</h1><p class="soft">With an access key of this server.</p></div>
      ${problem && html`<div role="alert"><${Note} kind="bad">${problem.message}<//></div>`}
      ${!problem && why && html`<div role="alert"><${Note} kind="warn">${why}<//></div>`}
      <div class="field"><label for="id">Access key ID</label>
        <input class="input" id="id" name="id" required autocomplete="username" spellcheck="false" autocapitalize="off" /></div>
      <div class="field"><label for="secret">Secret access key</label>
        <input class="input" id="secret" name="secret" type="password" required autocomplete="current-password" /></div>
      <details><summary class="small soft">My key has a session token</summary>
        <div class="field"><label for="token">Session token</label>
          <input class="input" id="token" name="token" type="password" autocomplete="off" /></div></details>
      <button class="button main wide" disabled=${busy}>${busy ? "Signing in…" : "Sign in"}</button>
      <p class="small soft">No key yet? Whoever runs the server makes one: <code>outcrop keys create</code></p>
    </form>
  </main>`;
}
