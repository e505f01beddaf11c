// A chart of days, as bars or as a line that falls; the figures stand in a table for whoever does not see it.
import { html } from "../ui.js";
import { dollars, micros } from "../state/money.js";

const WIDE = 720;
const HIGH = 180;
const GAP = 3;

export function Bars({ days, label }) {
  const most = Math.max(1, ...days.map((day) => micros(day.amount)));
  const pitch = WIDE / Math.max(1, days.length);
  return html`<figure class="chart">
    <svg viewBox=${`0 0 ${WIDE} ${HIGH + 24}`} role="img" aria-label=${label} preserveAspectRatio="none">
      <line x1="0" x2=${WIDE} y1=${HIGH} y2=${HIGH} class="axis" />
      ${days.map((day, at) => {
        const high = (micros(day.amount) / most) * (HIGH - 12);
        return html`<rect key=${day.day} x=${at * pitch + GAP / 2} width=${Math.max(1, pitch - GAP)} y=${HIGH - high} height=${high} rx="2">
          <title>${`${day.day}: ${dollars(day.amount)}`}</title></rect>`;
      })}
    </svg>
    <div class="ends small soft number"><span>${days[0]?.day}</span><span>most on a day ${dollars(largest(days))}</span><span>${days.at(-1)?.day}</span></div>
    <table class="unseen"><caption>${label}</caption><tbody>
      ${days.map((day) => html`<tr key=${day.day}><th scope="row">${day.day}</th><td>${dollars(day.amount)}</td></tr>`)}</tbody></table>
  </figure>`;
}

function largest(days) {
  return days.reduce((found, day) => (micros(day.amount) > micros(found) ? day.amount : found), "0");
}
