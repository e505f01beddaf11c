// One picture on its way or there: place in the queue, previews, progress, and what went wrong. Knows jobs.
import { html, useEffect, useState } from "../ui.js";
import { assetNamed, contentOf, gone, heldBack, named, useAsset } from "../state/assets.js";
import { LIVE, cancel, forget, retry, send } from "../state/jobs.js";
import { may } from "../state/session.js";
import { useStore } from "../state/store.js";
import { Icon } from "./icon.js";

// `tabIndex` is that of a picture that opens: -1 where keys of what it stands in open it.
export function JobTile({ job, width = 768, onOpen, tools, tabIndex }) {
  const id = job.state === "done" ? job.assets?.[0] : undefined;
  const asset = useAsset(id);
  const asked = useAsked(id);
  const deleted = useStore(gone).has(id);
  const shape = { aspectRatio: job.shape ?? (asset ? `${asset.width} / ${asset.height}` : "1 / 1") };
  if (deleted) return null;
  if (id && !asset && !asked) return html`<figure class="picture tile" style=${shape} aria-busy="true">${job.preview && html`<img class="preview" src=${job.preview} alt="" />`}</figure>`;
  if (id) return html`<${Made} id=${id} asset=${asset} shape=${shape} words=${job.prompt} width=${width} onOpen=${onOpen} tools=${tools} tabIndex=${tabIndex} />`;
  return html`<figure class="picture tile" style=${shape} aria-busy=${LIVE.has(job.state)}>
    ${job.preview && LIVE.has(job.state) && html`<img class="preview" src=${job.preview} alt="" />`}
    ${LIVE.has(job.state) ? html`<${Waiting} job=${job} />` : html`<${Ended} job=${job} />`}
  </figure>`;
}

// Whether it has been asked what a picture is, with whatever answer: until then it may be one that waits for a review,
// of which nothing is to be seen.
function useAsked(id) {
  const [asked, setAsked] = useState(null);
  useEffect(() => {
    const told = () => setAsked(id);
    if (id) assetNamed(id).then(told, told);
  }, [id]);
  return asked === id;
}

// A picture that is there, whether this page has seen it come or not.
export function Made({ id, asset, shape, words, width = 768, onOpen, tools, tabIndex }) {
  const label = words ?? (asset ? named(asset) : "Picture");
  const why = asset && heldBack(asset);
  if (why) return html`<figure class="picture tile" style=${shape}><div class="waiting ended"><${Icon} name="eye" /><b>${why}</b><span>${label}</span></div></figure>`;
  return html`<figure class="picture tile" style=${shape}>
    <button class="open" tabindex=${tabIndex} onClick=${() => onOpen?.(id)} aria-label=${`Open: ${label}`}>
      <img src=${contentOf(id, { width })} alt=${label} decoding="async" /></button>
    ${tools && asset && html`<figcaption class="tools">${tools(asset)}</figcaption>`}
  </figure>`;
}

function Waiting({ job }) {
  const running = job.state === "running" && job.steps;
  const part = running ? job.step / job.steps : 0;
  return html`<div class=${job.preview ? "under-way over" : "under-way"}>
    ${!job.preview && html`<div class="waiting"><span class="dots" aria-hidden="true"><i></i><i></i><i></i></span></div>`}
    <div class="line"><span class="number">${told(job)}</span>
      ${job.state !== "sending" &&
      html`<button class="button slim quiet" onClick=${() => cancel(job)}>Cancel</button>`}</div>
    <div class="progress" role="progressbar" aria-label="Steps" aria-valuemin="0" aria-valuemax="100"
      aria-valuenow=${Math.round(part * 100)}><span style=${{ "--part": part }}></span></div>
  </div>`;
}

function told(job) {
  if (job.state === "sending") return "Sending…";
  if (job.state === "running") return job.steps ? `Step ${job.step} of ${job.steps}` : "Starting…";
  const wait = job.waitSeconds ? `, about ${Math.max(1, Math.round(job.waitSeconds))} s` : "";
  return job.position ? `${job.position === 1 ? "Next" : `${job.position} in the queue`}${wait}` : "In the queue";
}

function Ended({ job }) {
  const refused = job.state === "refused";
  const heard = Boolean(job.problem?.status); // what the server has not heard of, or has not answered, it may have taken
  const words = {
    refused: [heard ? "Not taken" : "Not sent", job.problem?.message],
    failed: ["It failed", job.reason],
    dead: ["It failed", job.reason],
    cancelled: ["Cancelled", "Nothing was charged."],
  }[job.state] ?? ["No picture", job.reason];
  return html`<div class="waiting ended">
    <${Icon} name=${job.state === "cancelled" ? "close" : "bad"} /><b>${words[0]}</b><span>${words[1]}</span>
    ${refused && heard && html`<span>Nothing was charged.</span>`}
    <div class="row">
      ${refused &&
      html`<button class="button slim" onClick=${() => send(job.key)}>Send again</button>`}
      ${!refused && job.state !== "done" && may("RetryJob", "user") &&
      html`<button class="button slim" onClick=${() => retry(job)}>Try again</button>`}
      <button class="button slim quiet" onClick=${() => forget(job.id)}>Remove</button>
    </div>
  </div>`;
}
