// The judge: a pure function from a policy and a checked case to a verdict, the twin of the server's.
import type { Appointment } from "./appointment.ts";
import type { HeardEvent, Now, Value } from "./hearing.ts";
import { parseInstant } from "./instants.ts";
import type { AnyOf, Check, Clause, Elapsed, Match, Notification, Policy, WithinWindow } from "./policy.ts";

export type Status = "met" | "waived" | "not_applicable" | "waiting" | "open" | "blocked" | "failed";

/** Where one clause stands; `t` and `ready_t` in ms on the visit's stopwatch, `evidence` as events' `n`. */
export interface ClauseVerdict {
  readonly clause: string;
  readonly status: Status;
  readonly t: number | null;
  readonly evidence: readonly number[];
  readonly ignored: readonly number[];
  readonly blocked_by: readonly string[];
  readonly ready_t: number | null;
  readonly missing: number | null;
  readonly final: boolean;
}

export interface Verdict {
  readonly policy: string;
  readonly version: string;
  readonly clauses: readonly ClauseVerdict[];
  readonly may_record_missed: boolean;
  readonly ended_by: number | null;
  readonly waived: readonly string[];
  readonly otherwise: string | null;
}

/** What a check alone says, before blocks and waivers. */
interface Finding {
  readonly status: Status;
  readonly t?: number;
  readonly evidence?: readonly number[];
  readonly ignored?: readonly number[];
  readonly ready_t?: number | null;
  readonly missing?: number;
}

type Rulings = ReadonlyMap<string, ClauseVerdict>;

const FAILS_FOR_GOOD = new Set(["notification", "slot_agreed", "within_window"]);

/** Judges a case whose forms were checked before (`readHearing`), by a policy that was (`readPolicy`). */
export function judge(policy: Policy, appointment: Appointment, events: readonly HeardEvent[], now: Now): Verdict {
  const rulings = new Map<string, ClauseVerdict>();
  for (const clause of policy.clauses) rulings.set(clause.clause, rule(clause, appointment, events, now.t, rulings));
  const clauses = [...rulings.values()];
  const counted = policy.clauses.filter((clause) => !clause.optional);
  const statusOf = (clause: Clause) => rulings.get(clause.clause)?.status;
  const ended = events.find((event) =>
    policy.ends.some((end) => matches(end, event) && isSince(end.since, event, events)),
  );
  return {
    policy: policy.policy,
    version: policy.version,
    clauses,
    may_record_missed: !ended && counted.every((clause) => rulings.get(clause.clause)?.t !== null),
    ended_by: ended ? ended.n : null,
    waived: clauses.filter((ruling) => ruling.status === "waived").map((ruling) => ruling.clause),
    otherwise: counted.find((clause) => statusOf(clause) === "failed" && clause.otherwise)?.otherwise ?? null,
  };
}

/** Settles one clause, in the order that the contract gives: applies, fails for good, blocked, check or waiver. */
function rule(
  clause: Clause,
  appointment: Appointment,
  events: readonly HeardEvent[],
  now: number,
  rulings: Rulings,
): ClauseVerdict {
  const waivable = clause.waivable ?? [];
  const ruling = (status: Status, t: number | null, finding: Finding, more: Partial<ClauseVerdict> = {}) => ({
    clause: clause.clause,
    status,
    t,
    evidence: [...new Set(finding.evidence)].sort((a, b) => a - b),
    ignored: finding.ignored ?? [],
    blocked_by: [],
    ready_t: null,
    missing: null,
    final: false,
    ...more,
  });
  const unsettled = (finding: Finding) =>
    ruling(finding.status, null, finding, {
      ready_t: finding.ready_t ?? null,
      missing: finding.missing ?? null,
      final: finding.status === "failed" && FAILS_FOR_GOOD.has(clause.check) && waivable.length === 0,
    });

  const facts = Object.entries;
  if (
    !facts(clause.applies_when ?? {}).every((fact) => holds(fact, appointment)) ||
    facts(clause.unless ?? {}).some((fact) => holds(fact, appointment))
  )
    return ruling("not_applicable", 0, { status: "not_applicable" });

  let start = 0;
  const blocked_by = (clause.after ?? []).filter((id) => {
    const t = rulings.get(id)?.t ?? null;
    start = Math.max(start, t ?? 0);
    return t === null;
  });
  // A failure for good does not hang on `start`, so it must not hide behind a block that may never lift.
  const finding = find(clause, appointment, events, now, start, rulings);
  if (blocked_by.length > 0)
    return finding.status === "failed" && FAILS_FOR_GOOD.has(clause.check)
      ? unsettled(finding)
      : ruling("blocked", null, { status: "blocked" }, { blocked_by });

  const t = finding.status === "met" ? Math.max(finding.t ?? 0, start) : null;
  const waiver = events.find(
    (event) =>
      event.kind === "clause_waived" &&
      event.t >= start &&
      event.clause === clause.clause &&
      waivable.includes(event.reason as string),
  );
  if (waiver && (t === null || waiver.t < t)) return ruling("waived", waiver.t, { ...finding, evidence: [waiver.n] });
  return t === null ? unsettled(finding) : ruling("met", t, finding);
}

function holds([fact, values]: [string, readonly Value[]], appointment: Appointment): boolean {
  if (fact === "alert") return appointment.alerts.some((alert) => values.includes(alert.code));
  return values.includes(fact === "window" ? appointment.window.name : appointment[fact as "priority" | "trade"]);
}

function matches(match: Match, event: HeardEvent): boolean {
  return (
    event.kind === match.event &&
    Object.entries(match.where ?? {}).every(
      // An own field only: every object inherits a `constructor`, which no event stated.
      ([field, values]) => Object.hasOwn(event, field) && values.includes(event[field] as Value),
    )
  );
}

function isSince(kind: string | undefined, event: HeardEvent, events: readonly HeardEvent[]): boolean {
  return kind === undefined || events.some((other) => other.kind === kind && other.n <= event.n);
}

function find(
  clause: Clause & Check,
  appointment: Appointment,
  events: readonly HeardEvent[],
  now: number,
  start: number,
  rulings: Rulings,
): Finding {
  const heard = events.filter((event) => event.t >= start);
  switch (clause.check) {
    case "notification":
      return wasNotified(clause, appointment) ? { status: "met" } : attested(clause.attested_by, heard);
    case "slot_agreed":
      return appointment.agreed && clause.how.includes(appointment.agreed.how)
        ? { status: "met" }
        : attested(clause.attested_by, heard);
    case "within_window":
      return withinWindow(clause, appointment, events);
    case "each_request":
      return eachRequest(clause.event, appointment, heard);
    case "events":
      return enoughEvents(clause.match, clause.at_least, (clause.apart_seconds ?? 0) * 1000, events, start);
    case "elapsed":
      return elapsed(clause, appointment, events, now, start);
    case "any_of":
      return anyOf(clause, rulings);
  }
}

function wasNotified(check: Notification, appointment: Appointment): boolean {
  const latest = parseInstant(appointment.window.starts_at) - check.hours_before * 3_600_000;
  return appointment.notifications.some(
    ({ status, channel, status_at }) =>
      check.statuses.includes(status) &&
      (check.channels?.includes(channel) ?? true) &&
      typeof status_at === "string" &&
      parseInstant(status_at) <= latest,
  );
}

function attested(kind: string | undefined, heard: readonly HeardEvent[]): Finding {
  const event = heard.find((other) => other.kind === kind);
  if (event) return { status: "met", t: event.t, evidence: [event.n] };
  return { status: kind === undefined ? "failed" : "open" };
}

function withinWindow(check: WithinWindow, { window }: Appointment, events: readonly HeardEvent[]): Finding {
  const first = events.find((event) => event.kind === check.event);
  if (!first) return { status: "open" };
  const at = parseInstant(first.at);
  const is_late = at > parseInstant(window.ends_at) + (check.late_seconds ?? 0) * 1000;
  const is_early = at < parseInstant(window.starts_at) - (check.early_seconds ?? Number.POSITIVE_INFINITY) * 1000;
  return { status: is_late || is_early ? "failed" : "met", t: first.t, evidence: [first.n] };
}

function eachRequest(kind: string, appointment: Appointment, heard: readonly HeardEvent[]): Finding {
  const followed: HeardEvent[] = [];
  const failed: number[] = [];
  for (const { request_id } of appointment.contact_requests) {
    const answers = heard.filter((event) => event.kind === kind && event.request_id === request_id);
    const first = answers.find((event) => event.followed === true);
    const latest = answers.at(-1);
    if (first) followed.push(first);
    else if (latest?.followed === false) failed.push(latest.n);
  }
  if (failed.length > 0) return { status: "failed", evidence: failed };
  return {
    status: followed.length === appointment.contact_requests.length ? "met" : "open",
    t: Math.max(0, ...followed.map((event) => event.t)),
    evidence: followed.map((event) => event.n),
  };
}

function enoughEvents(
  match: Match,
  at_least: number,
  apart_ms: number,
  events: readonly HeardEvent[],
  start: number,
): Finding {
  const evidence: number[] = [];
  const ignored: number[] = [];
  let ready_t = start;
  for (const event of events) {
    if (!matches(match, event)) continue;
    if (event.t < ready_t) {
      ignored.push(event.n);
      continue;
    }
    evidence.push(event.n);
    if (evidence.length === at_least) return { status: "met", t: event.t, evidence, ignored };
    ready_t = event.t + apart_ms;
  }
  return {
    status: "open",
    evidence,
    ignored,
    ready_t: evidence.length > 0 && apart_ms > 0 ? ready_t : null,
    missing: at_least - evidence.length,
  };
}

function elapsed(
  check: Elapsed,
  appointment: Appointment,
  events: readonly HeardEvent[],
  now: number,
  start: number,
): Finding {
  let began = start;
  const first = events.find((event) => event.kind === check.since);
  if (check.since !== undefined) {
    if (!first) return { status: "open" };
    began = first.t;
    if (check.from_window_start)
      began += Math.max(parseInstant(appointment.window.starts_at) - parseInstant(first.at), 0);
  }
  const over_t = Math.max(began, start) + check.at_least_seconds * 1000;
  const evidence = first ? [first.n] : [];
  return now >= over_t ? { status: "met", t: over_t, evidence } : { status: "waiting", ready_t: over_t, evidence };
}

function anyOf(check: AnyOf, rulings: Rulings): Finding {
  // Walked in the policy's own order, so that a stable sort by time leaves equal times in that order.
  const made = [...rulings.values()]
    .filter(({ clause, status }) => check.of.includes(clause) && (status === "met" || status === "waived"))
    .sort((a, b) => (a.t ?? 0) - (b.t ?? 0))
    .slice(0, check.at_least ?? 1);
  const last = made[(check.at_least ?? 1) - 1];
  return last
    ? { status: "met", t: last.t ?? 0, evidence: made.flatMap((ruling) => ruling.evidence) }
    : { status: "open" };
}
