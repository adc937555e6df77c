// When the phone speaks up at a door: time alone has ended a wait, and there is something to do again.
import type { Door } from "./door";

export type Cue = "wait" | "knock";

/** What a door waits for, as it was at one look. */
export interface Waits {
  readonly visit_id: string;
  /** The last thing that a thumb stated. */
  readonly last_n: number;
  readonly clauses: Readonly<Record<string, Cue>>;
}

export function waitsOf({ visit, events, rows, t }: Door): Waits {
  const waiting = rows.filter(({ verdict }) => verdict.t === null && (verdict.ready_t ?? 0) > t);
  return {
    visit_id: visit.basis.visit_id,
    last_n: events.findLast(({ kind }) => kind !== "clock_gap")?.n ?? 0,
    clauses: Object.fromEntries(
      waiting.map(({ text }) => [text.clause, text.check === "elapsed" ? "wait" : "knock"] as const),
    ),
  };
}

/** Something was waited for at the last look and is not any more, and nobody touched the phone in between. */
export function cueBetween(before: Waits | undefined, now: Waits): Cue | null {
  if (before?.visit_id !== now.visit_id || before.last_n !== now.last_n) return null;
  const over = Object.entries(before.clauses).filter(([clause]) => !(clause in now.clauses));
  return over.find(([, cue]) => cue === "wait")?.[1] ?? over[0]?.[1] ?? null;
}
