// Pictures that wait for a person's decision before anybody else sees them. Knows reviews.
import { html, useState } from "../ui.js";
import { call } from "../net/call.js";
import { renew } from "../state/assets.js";
import { tell, tellProblem } from "../state/notices.js";
import { useReading } from "../state/reading.js";
import { may } from "../state/session.js";
import { Icon } from "./icon.js";

const OFTEN_MS = 10_000;

export function Reviews() {
  const [waiting, read] = useReading(async () => (await call("GET", "/v1/reviews", { query: { state: "held" } })).reviews, OFTEN_MS);
  if (!waiting) return html`<p class="soft">…</p>`;
  if (!waiting.length) return html`<div class="empty"><${Icon} name="check" /><h2>Nothing waits</h2><p>Pictures that need a second look come here before anybody else sees them.</p></div>`;
  return html`<div class="tiles">${waiting.map((review) => html`<${Review} key=${review.asset.id} review=${review} onDone=${() => read()} />`)}</div>`;
}

function Review({ review, onDone }) {
  const [reason, setReason] = useState("");
  const [comment, setComment] = useState("");
  const [busy, setBusy] = useState(false);
  const { id, prompt } = review.asset;
  const decide = async (decision) => {
    setBusy(true);
    try {
      await call("POST", `/v1/reviews/${id}`, { body: { decision, reason: reason.trim(), comment: comment.trim() || undefined } });
      tell(decision === "approve" ? "Approved." : "Rejected.");
      renew(id).catch(() => {}); // whoever decides need not be allowed to look at all that is kept
    } catch (problem) {
      tellProblem(problem); // somebody else may have decided it
    }
    await onDone();
    setBusy(false);
  };
  return html`<section class="card stack tight">
    ${may("GetReviewContent") && html`<img src=${`/v1/reviews/${id}/content`} alt=${prompt ?? "Picture that waits"} />`}
    ${prompt && html`<p>${prompt}</p>`}
    <div class="field"><label for=${`why-${id}`}>Reason, for the record</label><input class="input" id=${`why-${id}`} value=${reason} onInput=${(event) => setReason(event.target.value)} /></div>
    <div class="field"><label for=${`more-${id}`}>Comment for whoever made it</label><textarea id=${`more-${id}`} rows="2" maxlength="4000" value=${comment} onInput=${(event) => setComment(event.target.value)}></textarea></div>
    ${may("DecideReview") && html`<div class="row"><button class="button main slim" disabled=${busy || !reason.trim()} onClick=${() => decide("approve")}>Approve</button>
      <button class="button slim danger" disabled=${busy || !reason.trim()} onClick=${() => decide("reject")}>Reject</button></div>`}
  </section>`;
}
