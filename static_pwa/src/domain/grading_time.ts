// The grades of what had to happen at a time, or after a time, the twin of the office's: arrivals, waits, knocks apart.
import { type Graded, weakestOf } from "./graded.ts";
import type { ClauseVerdict } from "./judge.ts";
import type { LaidOut } from "./laid_out.ts";
import type { Clause, Elapsed, WithinWindow } from "./policy.ts";
import type { Told } from "./reading.ts";
import { gradeWait, isOneRun, leastMs, monoMs, mostMs, type Stretch, wallMs } from "./timing.ts";

/** Who vouches for a bound: the server that signed or received, or the planner who spoke or typed. */
const VOUCHED_BY: Readonly<Record<string, string>> = {
  anchor: "server",
  receipt: "server",
  code: "planner",
  read_back: "planner",
};

export function gradeElapsed(laid: LaidOut, clause: Clause, check: Elapsed, ruling: ClauseVerdict): Graded {
  const subject = check.at_least_seconds === 0 && check.from_window_start ? "opening" : "wait";
  return gradeStretch(laid, clause.clause, subject, laid.wait(clause, check, ruling));
}

/** Events that had to be apart: the weakest of their pairs. */
export function gradeSpacing(laid: LaidOut, clause: string, events: readonly Told[], apart_ms: number): Graded {
  const pairs = events.slice(1).map((later, index) => laid.apart(events[index] ?? later, later, apart_ms));
  return weakestOf(pairs.map((pair) => gradeStretch(laid, clause, "apart", pair)));
}

/** An arrival against the window: by the server's bounds first, since the phone's own time can be forged. */
export function gradeInstant(laid: LaidOut, clause: string, check: WithinWindow, event: Told, is_met: boolean): Graded {
  const { lo, hi, lo_by, hi_by } = laid.boundsOf(event);
  const until_at = laid.ends_at + (check.late_seconds ?? 0) * 1000;
  const from_at = laid.starts_at - (check.early_seconds ?? 0) * 1000;
  const give = (grade: Graded["grade"], why: string, facts: Graded["facts"], vouchers: readonly string[]) => ({
    clause,
    grade,
    why,
    facts,
    vouchers,
  });
  if (lo !== null && lo > until_at) return give("contradicted", "time_after", { lo_at: lo, until_at }, vouchers(lo_by));
  if (check.early_seconds !== undefined && hi < from_at)
    return give("contradicted", "time_before", { hi_at: hi, from_at }, vouchers(hi_by));
  const is_inside = lo !== null && lo >= from_at && hi <= until_at;
  if (is_met && is_inside) return give("proven", "time_bounded", { lo_at: lo, hi_at: hi }, vouchers(lo_by, hi_by));
  if (is_met) return gradeStatedTime(laid, clause, event);
  const stated = { stated_at: event.at_ms };
  if (is_inside) return give("unsupported", "time_clock_wrong", stated, ["operative"]);
  return give("contradicted", "time_missed", stated, ["phone"]);
}

/** A moment that the phone's wall clock tells: believed where nothing else that is known speaks against it. */
export function gradeStatedTime(laid: LaidOut, clause: string, event: Told): Graded {
  const fault = laid.clocksFault(event);
  const facts = { stated_at: event.at_ms };
  if (fault) return { clause, grade: "unsupported", why: `time_${fault}`, facts, vouchers: ["operative"] };
  return { clause, grade: "consistent", why: "time_stated", facts, vouchers: ["phone"] };
}

function gradeStretch(laid: LaidOut, clause: string, subject: string, stretch: Stretch): Graded {
  const { grade, rule } = gradeWait(stretch);
  const { began, ended, needed_ms } = stretch;
  const why = `${subject}_${rule}`;
  if (rule === "short_by_bounds") {
    const facts = { needed_ms, most_ms: Math.max(mostMs(stretch) ?? 0, 0) };
    return { clause, grade, why, facts, vouchers: vouchers(began.lo_by, stretch.over_hi_by) };
  }
  if (rule === "long_by_bounds") {
    const facts = { needed_ms, least_ms: leastMs(stretch) ?? 0 };
    return { clause, grade, why, facts, vouchers: vouchers(ended.lo_by, began.hi_by) };
  }
  const facts = { needed_ms, mono_ms: monoMs(stretch), wall_ms: wallMs(stretch) };
  if (rule === "short_as_measured") return { clause, grade, why, facts, vouchers: ["phone"] };
  const innocent = laid.areSigned(began.n, ended.n) ? whyUnmeasured(stretch) : "unsigned";
  if (rule === "unmeasured" || innocent === "unsigned")
    return { clause, grade: "unsupported", why: `${subject}_${innocent}`, facts, vouchers: ["operative"] };
  return { clause, grade, why, facts, vouchers: ["phone"] };
}

/** What kept the phone from measuring, so that the note it wants can be asked for by name. */
function whyUnmeasured(stretch: Stretch): string {
  if (!isOneRun(stretch)) return "restarted";
  return stretch.was_hidden && monoMs(stretch) <= wallMs(stretch) ? "slept" : "clock_moved";
}

/** Each once, the server first. */
function vouchers(...bounded_by: string[]): string[] {
  const named = new Set(bounded_by.map((by) => VOUCHED_BY[by]));
  return ["server", "planner"].filter((voucher) => named.has(voucher));
}
