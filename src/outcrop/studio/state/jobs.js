// Pictures that are being made: handed in once, watched until they are there. Knows jobs; knows no page.
//
// Each has the idempotency key of the click it came from: sent again after a lost connection, it stays one job.
import { call, checkConnection, newKey, offline } from "../net/call.js";
import { moneyMoved } from "./balance.js";
import { tellProblem } from "./notices.js";
import { may } from "./session.js";
import { store } from "./store.js";

export const LIVE = new Set(["sending", "queued", "running"]);
const RECONNECT_MS = 2500;
const POLL_MS = 900;
const STREAM = "GetEvents";

export const jobs = store(new Map()); // id, or key until there is one, to job; the newest last
let stream = null;
let timer = null;
let followed = "";
let news = 0;

export function put(job) {
  news += 1;
  jobs.set((all) => new Map(all).set(job.id, { ...all.get(job.id), ...job, news }));
}

// How much has been heard of jobs so far: what an answer says is as old as the moment in which it was asked for.
export function heardSoFar() {
  return news;
}

// What an answer says of a job; where something was heard of it since, that holds, and the answer only adds to it.
export function answered(job, since) {
  const known = jobs.get().get(job.id);
  if (known?.news > since) put({ ...job, ...known });
  else heard(job);
}

// Hand a picture in. Answers with the job's id, or its key where it was not taken.
export async function make(request, shown = {}) {
  const key = newKey();
  put({ id: key, state: "sending", request, key, ...shown, madeAt: Date.now() });
  return send(key);
}

// Send what was not taken once more: under the same key, so it is made once whatever happened to it.
export async function send(key) {
  const waiting = jobs.get().get(key);
  put({ id: key, state: "sending", problem: null });
  try {
    const since = heardSoFar();
    const job = await call("POST", "/v1/jobs", { body: waiting.request, key });
    jobs.set((all) => renamed(all, key, { ...waiting, problem: null }, job.id));
    answered(job, since);
    follow();
    return job.id;
  } catch (problem) {
    put({ id: key, state: "refused", problem });
    moneyMoved();
    return key;
  }
}

export async function cancel(job) {
  try {
    const since = heardSoFar();
    answered(await call("POST", `/v1/jobs/${job.id}/cancel`, { key: newKey() }), since);
  } catch (problem) {
    tellProblem(problem);
  }
}

// Have a job begun anew that ended without a picture.
export async function retry(job) {
  try {
    const since = heardSoFar();
    answered({ reason: null, ...(await call("POST", `/v1/jobs/${job.id}/retry`)) }, since);
    follow();
  } catch (problem) {
    tellProblem(problem);
  }
}

export function forget(id) {
  jobs.set((all) => {
    const left = new Map(all);
    left.delete(id);
    return left;
  });
}

// Take up what was under way before this page was loaded.
export async function resumeJobs() {
  await look();
  follow();
}

// One connection for all that is under way: browsers allow six to a server, and pictures need some. Where it fails, or
// the server has none, the list of jobs is asked for now and then.
export function follow() {
  const wanted = live().map((job) => job.id).sort().join(",");
  if (wanted === followed && (stream !== null || timer !== null)) return;
  stop();
  followed = wanted;
  if (!wanted) return;
  if (may(STREAM, "user")) open(wanted);
  else later(POLL_MS);
}

function open(wanted) {
  stream = new EventSource(`/v1/events?jobs=${encodeURIComponent(wanted)}`);
  stream.addEventListener("state", (event) => heard(JSON.parse(event.data)));
  stream.addEventListener("step", (event) => stepped(JSON.parse(event.data)));
  stream.addEventListener("error", () => {
    checkConnection();
    if (stream?.readyState !== EventSource.CLOSED) return; // the browser connects again by itself
    stream = null;
    later(RECONNECT_MS);
  });
}

// The connection is back: what could not be sent is sent, once, and what is under way is watched at once.
offline.watch((lost) => {
  if (lost) return;
  for (const job of jobs.get().values()) {
    if (job.state !== "refused" || job.problem?.code !== "Offline" || job.resent) continue;
    put({ id: job.id, resent: true });
    send(job.key);
  }
  stop();
  follow();
});

function later(ms) {
  timer = setTimeout(async () => {
    timer = null;
    await look().catch(tellProblem);
    follow();
  }, ms);
}

function stop() {
  stream?.close();
  clearTimeout(timer);
  stream = timer = null;
}

async function look() {
  const since = heardSoFar();
  const { jobs: found } = await call("GET", "/v1/jobs", { query: { kind: "pictures", limit: 100 } });
  for (const job of found.toReversed()) {
    if (jobs.get().has(job.id) || LIVE.has(job.state)) answered(job, since);
  }
}

function live() {
  return [...jobs.get().values()].filter((job) => job.state === "queued" || job.state === "running");
}

function heard(job) {
  const before = jobs.get().get(job.id);
  const [first] = job.progress?.pictures ?? [];
  put({ ...job, ...(first && { step: first.step, steps: first.steps }) });
  if (LIVE.has(job.state) || !LIVE.has(before?.state)) return;
  moneyMoved();
  follow();
}

function stepped({ job, step, steps, preview }) {
  const id = job ?? (followed.includes(",") ? null : followed);
  if (id !== null && jobs.get().has(id)) put({ id, state: "running", step, steps, ...(preview && { preview }) });
}

// The job that was sent under a key, under its id; the list of jobs may have had it before its own answer came.
function renamed(all, key, sent, id) {
  const known = all.get(id);
  const others = [...all].filter(([each]) => each !== id);
  return new Map(others.map(([each, job]) => (each === key ? [id, { ...sent, ...known, id }] : [each, job])));
}
