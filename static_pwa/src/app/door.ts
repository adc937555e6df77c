// Where a visit stands and what comes next: derived from the verdict and the clauses' own words, never stored.
import { type Event, KINDS, standing, WITHDRAWAL_MS } from "../domain/events";
import { type ClauseVerdict, judge, type Verdict } from "../domain/judge";
import type { Policy } from "../domain/policy";
import type { ClauseText, Day, PhoneNumber, PlannerCall, Snapshot, Visit } from "./records";

export interface Row {
  readonly text: ClauseText;
  readonly verdict: ClauseVerdict;
}
export type Step =
  | { readonly is: "arrive" | "ready" | "closed" }
  | { readonly is: "ended"; readonly by: Event }
  | { readonly is: "refused"; readonly row: Row }
  /** Early: it is not the wait at the door that runs, but the time until the window begins. */
  | { readonly is: "wait"; readonly row: Row; readonly is_early: boolean }
  | { readonly is: "attest"; readonly row: Row; readonly kind: string }
  | { readonly is: "form"; readonly row: Row; readonly kind: string }
  | { readonly is: "request"; readonly row: Row; readonly index: number; readonly is_repair: boolean }
  | { readonly is: "knock"; readonly row: Row; readonly wait_ms: number }
  | { readonly is: "call"; readonly row: Row }
  | { readonly is: "planner"; readonly row: Row }
  | { readonly is: "card"; readonly row: Row; readonly photo_kind: string | null }
  | { readonly is: "no_card"; readonly row: Row };

export interface Door {
  readonly visit: Visit;
  readonly snapshot: Snapshot;
  /** Without withdrawn pairs, as both judges see them. */
  readonly events: readonly Event[];
  readonly verdict: Verdict;
  readonly rows: readonly Row[];
  readonly t: number;
  readonly wall: number;
  readonly step: Step;
  /** The day, for what the rules say in the reader's language. */
  readonly day?: Day | null;
}

/** Which control serves a clause that asks for events of a kind; what is not here gets a form from the vocabulary. */
const CONTROLS: Readonly<Record<string, "knock" | "call" | "planner" | "card" | "arrive">> = {
  arrived: "arrive",
  door_knocked: "knock",
  resident_called: "call",
  planner_contacted: "planner",
  card_left: "card",
  card_photographed: "card",
  door_photographed: "card",
};
export const NO_CARD = "planner_said_no_card";

export const lastOf = (events: readonly Event[], ...kinds: string[]): Event | undefined =>
  events.findLast(({ kind }) => kinds.includes(kind));
export const isSettled = ({ verdict }: Row): boolean => verdict.t !== null;
export const isClosed = (visit: Pick<Visit, "events">): boolean =>
  visit.events.some(({ event }) => event.kind === "missed_recorded" || event.kind === "visit_closed");

function judged(visit: Visit, snapshot: Snapshot, wall: number): { verdict: Verdict; events: Event[] } {
  const events = standing(visit.events.map(({ event }) => event));
  const missed = events.findIndex(({ kind }) => kind === "missed_recorded");
  const before = missed < 0 ? events : events.slice(0, missed);
  const recorded = missed < 0 ? undefined : events[missed];
  const now = { at: recorded?.at ?? new Date(wall).toISOString(), t: recorded?.t ?? visit.chain.watch.t };
  // Both come from the office, which checked their forms before it served them.
  const policy = visit.basis.policy as unknown as Policy;
  return { verdict: judge(policy, snapshot, before, now), events };
}

/** The kind of event that would move an unsettled clause on. */
function wanted({ text }: Row): string | undefined {
  return text.match?.event ?? text.event ?? text.since;
}

function requestStep(row: Row, snapshot: Snapshot, events: readonly Event[], is_declined: boolean): Step {
  const answers = (request_id: string): Event[] =>
    events.filter(({ kind, ...own }) => kind === row.text.event && own.request_id === request_id);
  const index = snapshot.contact_requests.findIndex(
    ({ request_id }) => !answers(request_id).some(({ followed }) => followed === true),
  );
  const request = snapshot.contact_requests[index];
  const is_repair = request !== undefined && answers(request.request_id).length > 0;
  return is_declined ? { is: "refused", row } : { is: "request", row, index, is_repair };
}

function eventsStep(row: Row, rows: readonly Row[], events: readonly Event[], t: number): Step {
  const kind = wanted(row) ?? "note_added";
  const control = CONTROLS[kind];
  if (control === "arrive") return { is: "arrive" };
  if (control === "knock") return { is: "knock", row, wait_ms: Math.max(0, (row.verdict.ready_t ?? 0) - t) };
  if (control === "call" || control === "planner") return { is: control, row };
  if (control === undefined) return { is: "form", row, kind };
  const said = lastOf(events, "planner_contacted");
  if (said?.instruction === "leave_no_card" && row.text.waivable?.includes(NO_CARD)) return { is: "no_card", row };
  // The card is photographed half out and then pushed in: so the photo comes first where both are still to do.
  const photo = rows.find(
    ({ text, verdict }) =>
      verdict.status === "open" && CONTROLS[text.match?.event ?? ""] === "card" && text.match?.event !== "card_left",
  );
  return { is: "card", row, photo_kind: photo?.text.match?.event ?? null };
}

function stepFor(row: Row, door: Omit<Door, "step">, declined: readonly string[]): Step {
  const { text, verdict } = row;
  if (text.check === "any_of") {
    const members = door.rows.filter((one) => text.of?.includes(one.text.clause));
    const member = members.find((one) => one.verdict.status === "open") ?? nextWait(members);
    return member ? stepFor(member, door, declined) : { is: "refused", row };
  }
  const is_declined = declined.includes(text.clause);
  if (text.check === "each_request") return requestStep(row, door.snapshot, door.events, is_declined);
  if (verdict.status === "waiting") return { is: "wait", row, is_early: isEarly(door) };
  if (verdict.status === "failed" || is_declined) return { is: "refused", row };
  if (text.attested_by) return { is: "attest", row, kind: text.attested_by };
  return eventsStep(row, door.rows, door.events, door.t);
}

/** The one next thing: arriving, then the first clause that is not settled and can be acted on, then waiting. */
function nextStep(
  door: Omit<Door, "step">,
  chosen: string | null,
  later: readonly string[],
  declined: readonly string[],
): Step {
  if (isClosed(door.visit)) return { is: "closed" };
  const ended = door.events.find(({ n }) => n === door.verdict.ended_by);
  if (ended) return { is: "ended", by: ended };
  if (!lastOf(door.events, "arrived")) return { is: "arrive" };
  if (door.verdict.may_record_missed) return { is: "ready" };
  // Whoever came early may wait for the window, or go: then it was no visit in the window, and that is ours.
  const given_up = isEarly(door) && door.rows.find(({ text }) => declined.includes(text.clause) && isOnTime(text));
  if (given_up) return { is: "refused", row: given_up };
  const unsettled = door.rows.filter((row) => !isSettled(row) && !row.text.optional);
  const able = unsettled.filter(({ verdict }) => verdict.status === "open" || verdict.status === "failed");
  const row =
    able.find(({ text }) => text.clause === chosen) ??
    able.find(({ text }) => !later.includes(text.clause)) ??
    nextWait(door.rows) ??
    able[0] ??
    unsettled[0];
  return row ? stepFor(row, door, declined) : { is: "ready" };
}

const longest = (rows: readonly Row[]): Row | undefined =>
  rows
    .filter(({ verdict }) => verdict.status === "waiting")
    .reduce<Row | undefined>(
      (most, row) => (Number(row.verdict.ready_t) > Number(most?.verdict.ready_t ?? -1) ? row : most),
      undefined,
    );

/** The wait that is being waited for: the first that opens another check by itself, or else the longest. */
export function nextWait(rows: readonly Row[]): Row | undefined {
  const opening = rows.flatMap(({ verdict }) => {
    const before = rows.filter(({ text }) => verdict.blocked_by.includes(text.clause));
    const is_only_time = before.length > 0 && before.every((row) => row.verdict.status === "waiting");
    return (is_only_time && longest(before)) || [];
  });
  return opening.sort((a, b) => Number(a.verdict.ready_t) - Number(b.verdict.ready_t))[0] ?? longest(rows);
}

export const isOnTime = ({ check }: ClauseText): boolean => check === "within_window";
/** They are at the door, and the window has not begun. */
export const isEarly = ({ events, snapshot, wall }: Pick<Door, "events" | "snapshot" | "wall">): boolean =>
  lastOf(events, "arrived") !== undefined && wall < Date.parse(snapshot.window.starts_at);

/** Numbers still worth a call: not those that a call has shown to be dead; the one that was rung least comes first. */
export function numbersLeft({ events, snapshot }: Door): PhoneNumber[] {
  const rung = (label: string) =>
    events.filter(({ kind, number_label }) => kind === "resident_called" && number_label === label);
  return (snapshot.phone_numbers ?? [])
    .filter(({ label }) => rung(label).at(-1)?.result !== "number_unobtainable")
    .sort((a, b) => rung(a.label).length - rung(b.label).length);
}

export interface Choices {
  /** A row that the operative tapped, to do before the one whose turn it is. */
  readonly chosen: string | null;
  /** Clauses put off with "Not sure yet". */
  readonly later: readonly string[];
  /** Clauses that the operative says cannot be met. */
  readonly declined: readonly string[];
}

export function doorOf(visit: Visit, wall: number, choices: Choices): Door {
  const snapshot = JSON.parse(visit.basis.snapshot) as Snapshot;
  const { verdict, events } = judged(visit, snapshot, wall);
  const rows = visit.basis.policy.clauses.flatMap((text) => {
    const found = verdict.clauses.find(({ clause }) => clause === text.clause);
    return found && found.status !== "not_applicable" ? [{ text, verdict: found }] : [];
  });
  const door = { visit, snapshot, events, verdict, rows, t: visit.chain.watch.t, wall };
  return { ...door, step: nextStep(door, choices.chosen, choices.later, choices.declined) };
}

/** The moment on the wall when the stopwatch will show `ready_t`. */
export const wallAt = (door: Door, ready_t: number): number => door.wall + (ready_t - door.t);

/** Calls that the planner logged for this visit and that no contact of it names yet: no codes are needed. */
export function loggedCall(door: Door, calls: readonly PlannerCall[]): PlannerCall | null {
  const { appointment_id, actor_id, started_at } = door.visit.basis;
  const used = door.events.map(({ call_id }) => call_id);
  return (
    calls.findLast(
      (call) =>
        call.appointment_id === appointment_id &&
        call.operative_id === actor_id &&
        !used.includes(call.call_id) &&
        call.at >= started_at,
    ) ?? null
  );
}

const NOT_OFFERED = ["photo_asked", "dialler_opened", "planner_code_typed", "snapshot_adopted"];

/** The last tap, while it may still be taken back, and for how many ms more. */
export function lastSlip(door: Door): { event: Event; left_ms: number } | null {
  const event = door.events.findLast(({ kind }) => kind !== "clock_gap");
  if (!event || !KINDS[event.kind]?.may_be_withdrawn || NOT_OFFERED.includes(event.kind)) return null;
  const left_ms = event.t + WITHDRAWAL_MS - door.t;
  return left_ms > 0 && !isClosed(door.visit) ? { event, left_ms } : null;
}

/** Reasons that the policy takes for not doing a check, for clauses whose turn it is: earlier they would not count. */
export function waivers(door: Door): { row: Row; reasons: readonly string[] }[] {
  return door.rows
    .filter((row) => !isSettled(row) && row.verdict.status !== "blocked" && (row.text.waivable?.length ?? 0) > 0)
    .map((row) => ({ row, reasons: row.text.waivable ?? [] }));
}

/** The first arrival's hash: the card code comes from it. */
export function arrivalHash(door: Door): string | null {
  const arrived = door.events.find(({ kind }) => kind === "arrived");
  return door.visit.events.find(({ event }) => event.n === arrived?.n)?.sha256 ?? null;
}
