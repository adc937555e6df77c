// One missed visit laid out for grading, the twin of the office's: its events, their bounds, who signed, how clocks ran.
import { type Bounds, bounds, earlierOf } from "./bounds.ts";
import type { Dossier, Version } from "./dossier.ts";
import { parseInstant } from "./instants.ts";
import type { ClauseVerdict, Verdict } from "./judge.ts";
import type { Chain, Stated } from "./linking.ts";
import type { Clause, Elapsed, Policy } from "./policy.ts";
import type { Told } from "./reading.ts";
import { CLOCKS_AGREE_MS, type Moment, type Stretch } from "./timing.ts";

/** The phone states no time out of view shorter than this, though its stopwatch counts it. */
const UNTOLD_MS = 2_000;

export interface Case {
  readonly dossier: Dossier;
  readonly visit_id: string;
  readonly operative_id: string;
  readonly chain: Chain;
  /** The call that each contact of this visit is matched to, by `n`. */
  readonly matched: ReadonlyMap<number, string>;
  readonly policy: Policy;
  readonly version: Version;
  readonly verdict: Verdict;
}

export class LaidOut {
  readonly missed: Told;
  readonly events: readonly Told[];
  readonly by_n: ReadonlyMap<number, Told>;
  readonly starts_at: number;
  readonly ends_at: number;
  private readonly bounds: ReadonlyMap<number, Bounds>;
  private readonly signed: ReadonlySet<number>;
  private readonly rulings: ReadonlyMap<string, ClauseVerdict>;

  constructor(readonly its: Case) {
    const { dossier, chain, visit_id, verdict, version } = its;
    const stated = dossier.visits.get(visit_id) ?? [];
    const missed = chain.links.find(({ event }) => event.kind === "missed_recorded");
    if (!missed) throw new Error("only a visit that was recorded as missed is graded");
    this.missed = missed.event;
    this.events = chain.links.map(({ event }) => event).filter(({ n }) => n <= missed.event.n);
    this.by_n = new Map(this.events.map((event) => [event.n, event]));
    this.bounds = bounds(chain.links, dossier.calls.values(), stated);
    const vouched = vouchedFor(stated);
    this.signed = new Set(chain.links.filter(({ body }) => vouched.has(body.sha256)).map(({ event }) => event.n));
    this.rulings = new Map(verdict.clauses.map((ruling) => [ruling.clause, ruling]));
    this.starts_at = parseInstant(version.appointment.window.starts_at);
    this.ends_at = parseInstant(version.appointment.window.ends_at);
  }

  ofKind(kind: string): Told[] {
    return this.events.filter((event) => event.kind === kind);
  }

  event(n: number | undefined): Told {
    const event = n === undefined ? undefined : this.by_n.get(n);
    if (!event) throw new Error(`a verdict names event ${n}, which does not count`);
    return event;
  }

  boundsOf(event: Told): Bounds {
    const known = this.bounds.get(event.n);
    if (!known) throw new Error(`event ${event.n} has no bounds`);
    return known;
  }

  areSigned(...places: number[]): boolean {
    return places.every((n) => this.signed.has(n));
  }

  /** The stretch that an `elapsed` clause asks for: from what it runs from to what had to come after it. */
  wait(clause: Clause, check: Elapsed, ruling: ClauseVerdict): Stretch {
    const over_t = ruling.t ?? 0;
    const least_ms = check.at_least_seconds * 1000;
    const own = this.event(this.ofKind(check.since ?? "visit_started")[0]?.n);
    const opens_at = check.from_window_start ? this.starts_at : null;
    const until_open = opens_at === null ? 0 : Math.max(opens_at - own.at_ms, 0);
    // Beyond its own wait it may have had to come after something: then it runs from the event that settled that, or,
    // where that was a wait too, so much longer.
    const start_t = over_t - least_ms;
    const longer_ms = start_t - (own.t + until_open);
    const settled = longer_ms > 0 ? this.settled(clause, start_t) : undefined;
    const began = settled ?? own;
    const ended = this.ended(clause, over_t);
    const [over_hi, over_hi_by] = this.events
      .filter((event) => event.t >= over_t)
      .map((event) => this.boundsOf(event))
      .map(({ hi, hi_by }) => [hi, hi_by] as const)
      .reduce(earlierOf);
    return {
      began: this.moment(began),
      ended: this.moment(ended),
      over_hi,
      over_hi_by,
      needed_ms: settled ? least_ms : least_ms + longer_ms,
      needed_on_phone_ms: Math.max(over_t - began.t - UNTOLD_MS, 0),
      opens_at,
      was_hidden: this.wasHidden(began, ended),
    };
  }

  /** The stretch between two events that had to be apart. */
  apart(earlier: Told, later: Told, apart_ms: number): Stretch {
    const { hi, hi_by } = this.boundsOf(later);
    return {
      began: this.moment(earlier),
      ended: this.moment(later),
      over_hi: hi,
      over_hi_by: hi_by,
      needed_ms: apart_ms,
      needed_on_phone_ms: Math.max(apart_ms - UNTOLD_MS, 0),
      opens_at: null,
      was_hidden: this.wasHidden(earlier, later),
    };
  }

  /** Why the phone's wall clock cannot be believed at this event; empty where it can. */
  clocksFault(event: Told): string {
    if (!this.areSigned(event.n)) return "unsigned";
    const { lo, hi } = this.boundsOf(event);
    const is_ahead = event.at_ms > hi + CLOCKS_AGREE_MS;
    const is_behind = lo !== null && event.at_ms < lo - CLOCKS_AGREE_MS;
    if (is_ahead || is_behind) return "clock_wrong";
    return wasWallMoved(this.events) ? "clock_moved" : "";
  }

  private settled(clause: Clause, start_t: number): Told | undefined {
    return (clause.after ?? [])
      .flatMap((above) => this.rulings.get(above)?.evidence ?? [])
      .map((n) => this.event(n))
      .find((event) => event.t === start_t);
  }

  /** The first event of what may only come `after` this clause, or else the record itself; a later wait ends nothing. */
  private ended(clause: Clause, over_t: number): Told {
    const later = this.its.policy.clauses
      .filter((other) => other.after?.includes(clause.clause) && this.rulings.get(other.clause)?.status === "met")
      .flatMap((other) => this.rulings.get(other.clause)?.evidence ?? [])
      .filter((n) => this.event(n).t >= over_t);
    return later.length > 0 ? this.event(Math.min(...later)) : this.missed;
  }

  private wasHidden(began: Told, ended: Told): boolean {
    return this.events.some(({ kind, n }) => kind === "clock_gap" && began.n < n && n <= ended.n);
  }

  private moment(event: Told): Moment {
    return { at: event.at_ms, mono: event.mono, boot: event.boot, n: event.n, ...this.boundsOf(event) };
  }
}

/**
 * The hashes of the bodies that an enrolled phone signed, and of all that those commit to by `prev`. Of one operative
 * only: what a colleague's phone adds to a visit says nothing of who stated what stands before it.
 */
export function vouchedFor(stated: readonly Stated[]): ReadonlySet<string> {
  const held = new Map(stated.map((body) => [body.sha256, body]));
  const vouched = new Set<string>();
  for (const body of held.values()) {
    let found = body.is_signed && body.fault === null ? body : undefined;
    while (found?.event && found.event.actor_id === body.event?.actor_id && !vouched.has(found.sha256)) {
      vouched.add(found.sha256);
      found = held.get(found.event.prev);
    }
  }
  return vouched;
}

/** Whether the wall clock was seen to be moved: while the page was in view, or back while it was not. */
function wasWallMoved(events: readonly Told[]): boolean {
  return events.slice(1).some((later, index) => {
    const earlier = events[index];
    if (later.kind === "clock_gap") return Number(later.own.wall_ms) < Number(later.own.mono_ms) - CLOCKS_AGREE_MS;
    if (!earlier || earlier.boot !== later.boot) return false;
    return Math.abs(later.at_ms - earlier.at_ms - (later.mono - earlier.mono)) > CLOCKS_AGREE_MS;
  });
}
