// The wait: a ring, the words and the end time together, all from the stopwatch at each look.
import { type Door, isEarly, lastOf, nextWait, wallAt } from "../app/door";
import { ringTime } from "../app/times";
import { clauseWords } from "./clause_words";
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
        <text
          x="60"
          y="66"
          text-anchor="middle"
          font-size={left >= 3_600_000 ? "20" : left >= 600_000 ? "27" : "33"}
          font-weight="700"
        >
          {ringTime(left)}
        </text>
        <text x="60" y="85" text-anchor="middle" font-size="16.5">
          {WORDS.wait.left}
        </text>
      </svg>
      <div>
        <h2>{WORDS.wait.until(wallAt(door, ready_t))}</h2>
        <p>
          {isEarly(door) ? WORDS.early.ring : is_plain && since ? WORDS.wait.from(whole, since.at) : WORDS.wait.counts}
        </p>
      </div>
    </section>
  );
}

const FRESH_MS = 60_000;

/** Said aloud at 5 minutes, 1 minute and the end, and never in between. Stays on the page, so that it is heard. */
export function Announce({ door }: { door: Door | null }) {
  return (
    <p class="unseen" role="status" aria-live="polite">
      {door ? announced(door) : ""}
    </p>
  );
}

function announced(door: Door): string {
  const row = nextWait(door.rows);
  const over = door.rows.filter(({ text, verdict }) => text.check === "elapsed" && Number(verdict.t) > 0);
  if (!row) return over.length > 0 ? WORDS.wait.over : "";
  const left = (row.verdict.ready_t ?? 0) - door.t;
  if (left <= 300_000) return WORDS.wait.minutes(left > 60_000 ? 5 : 1);
  // A wait that ended while another goes on, such as the one for the window: by the check's own name.
  const fresh = over.find(({ verdict }) => door.t - Number(verdict.t) < FRESH_MS);
  return fresh ? clauseWords(door, fresh.text).title : "";
}
