// The wait: a ring, the words and the end time together, all from the stopwatch at each look.
import { type Door, lastOf, nextWait, wallAt } from "../app/door";
import { ringTime } from "../app/times";
import { WORDS } from "./words";

const ROUND = 2 * Math.PI * 50;

export function Ring({ door }: { door: Door }) {
  const row = nextWait(door.rows);
  if (!row) return null;
  const ready_t = row.verdict.ready_t ?? 0;
  const left = Math.max(0, ready_t - door.t);
  const since = row.text.since
    ? door.events.find(({ kind }) => kind === row.text.since)
    : lastOf(door.events, "arrived");
  const whole = Math.max(1, ready_t - (since?.t ?? 0));
  const is_plain = whole === (row.text.at_least_seconds ?? 0) * 1000;
  return (
    <section class="wait">
      <svg
        class="ring"
        width="132"
        height="132"
        viewBox="0 0 120 120"
        role="timer"
        aria-label={WORDS.wait.left_of(left)}
      >
        <circle cx="60" cy="60" r="50" fill="none" stroke="#d3d6d8" stroke-width="13" />
        <circle
          cx="60"
          cy="60"
          r="50"
          fill="none"
          stroke="#1d70b8"
          stroke-width="13"
          stroke-dasharray={`${((ROUND * left) / whole).toFixed(1)} ${ROUND.toFixed(1)}`}
          transform="rotate(-90 60 60)"
        />
        <text x="60" y="66" text-anchor="middle" font-size={left >= 600_000 ? "27" : "33"} font-weight="700">
          {ringTime(left)}
        </text>
        <text x="60" y="85" text-anchor="middle" font-size="16.5">
          {WORDS.wait.left}
        </text>
      </svg>
      <div>
        <h2>{WORDS.wait.until(wallAt(door, ready_t))}</h2>
        <p>{is_plain && since ? WORDS.wait.from(whole, since.at) : WORDS.wait.counts}</p>
      </div>
    </section>
  );
}

/** Said aloud at 5 minutes, 1 minute and the end, and never in between. Stays on the page, so that it is heard. */
export function Announce({ door }: { door: Door | null }) {
  const row = door ? nextWait(door.rows) : undefined;
  const waits = door?.rows.some(({ text, verdict }) => text.check === "elapsed" && verdict.t !== null && verdict.t > 0);
  const left = row && door ? (row.verdict.ready_t ?? 0) - door.t : null;
  const minutes = left === null ? (waits ? 0 : null) : left > 300_000 ? null : left > 60_000 ? 5 : 1;
  return (
    <p class="unseen" role="status" aria-live="polite">
      {minutes === null ? "" : minutes === 0 ? WORDS.wait.over : WORDS.wait.minutes(minutes)}
    </p>
  );
}
