// A visit's stopwatch: monotonic time while the page is in view, the wall clock across hiding, sleep and restarts.
//
// `performance.now()` cannot be moved, but stops while a phone sleeps: it is a lower bound of the time that passed.
// The wall clock goes on, but can be moved. So while the page is in view only the first counts; across a time out of
// view the wall clock's difference counts, never less than the first, and the gap is noted for the office to weigh.

/** One look at the phone's two clocks, in ms. `boot` names this start of the page: `mono` means nothing beyond it. */
export interface Reading {
  readonly wall: number;
  readonly mono: number;
  readonly boot: string;
  readonly is_visible: boolean;
}

/** Time out of view: what the stopwatch credited, and what each clock said. `mono_ms` is 0 across a restart. */
export interface Gap {
  readonly hidden_ms: number;
  readonly wall_ms: number;
  readonly mono_ms: number;
}

/** Kept durably with the visit, so that a killed phone goes on from it. `t` is whole ms since the first event. */
export interface Stopwatch extends Reading {
  readonly t: number;
  /** Gaps since the last one stated in the chain, summed; null when there are none. */
  readonly gap: Gap | null;
}

/** A shorter time out of view is no more than the blink of a notification, and is not worth an event. */
export const GAP_WORTH_NOTING_MS = 2000;

export function startStopwatch(now: Reading): Stopwatch {
  return { ...now, t: 0, gap: null };
}

const add = (a: Gap | null, b: Gap): Gap => ({
  hidden_ms: (a?.hidden_ms ?? 0) + b.hidden_ms,
  wall_ms: (a?.wall_ms ?? 0) + b.wall_ms,
  mono_ms: (a?.mono_ms ?? 0) + b.mono_ms,
});

/** The stopwatch moved on to `now`. In view throughout means: shown at the last look, and the same start of the page. */
export function advance(watch: Stopwatch, now: Reading): Stopwatch {
  const is_same_boot = watch.boot === now.boot;
  const mono_ms = is_same_boot ? Math.max(0, Math.floor(now.mono - watch.mono)) : 0;
  // Whole ms are taken and the fraction left for the next look, so that many looks lose nothing.
  const mono = is_same_boot ? watch.mono + mono_ms : now.mono;
  if (is_same_boot && watch.is_visible) return { ...now, mono, t: watch.t + mono_ms, gap: watch.gap };
  const wall_ms = Math.trunc(now.wall - watch.wall);
  const hidden_ms = Math.max(wall_ms, mono_ms, 0);
  return { ...now, mono, t: watch.t + hidden_ms, gap: add(watch.gap, { hidden_ms, wall_ms, mono_ms }) };
}

/** The gap that the chain must state before the next event, if it is worth stating. */
export function gapToNote(watch: Stopwatch): Gap | null {
  const { gap } = watch;
  if (!gap) return null;
  return Math.max(gap.hidden_ms, Math.abs(gap.wall_ms)) >= GAP_WORTH_NOTING_MS ? gap : null;
}

/** The stopwatch after an event at `t`: no two events share a `t`, so a quick second tap moves it on by 1 ms. */
export function stamped(watch: Stopwatch, last_t: number): Stopwatch {
  return { ...watch, t: Math.max(watch.t, last_t + 1) };
}

/** Two clocks that were seen together and have parted: somebody, or the network, has set the wall clock. */
export function isWallMoved(before: Reading, now: Reading): boolean {
  return before.boot === now.boot && Math.abs(now.wall - before.wall - (now.mono - before.mono)) >= 1000;
}

/** While the page is in view it is looked at this often, and the look is kept durably at least once a second. */
export const LOOK_MS = 250;
const LONGEST_UNKEPT_MS = 1000;

/**
 * Whether this look must be made durable now: a restart goes on from the last durable one, by the wall clock.
 *
 * A wall clock that is moved in view counts for nothing, and must not after a kill either: so the first look that sees
 * it moved is kept at once. The bound: only a kill between the move and that look, at most LOOK_MS later, can leave the
 * move unkept. Then it cannot be told from a phone that lay dead for that long; the stopwatch credits it, and the gap
 * that the chain must state first says so (`wall_ms`), so that it is never credited in silence.
 */
export function mustKeep(kept: Reading, now: Reading): boolean {
  return kept.boot !== now.boot || now.mono - kept.mono >= LONGEST_UNKEPT_MS || isWallMoved(kept, now);
}
