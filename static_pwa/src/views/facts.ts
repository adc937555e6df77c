// Facts of a visit in a person's words: what a clause rests on, and why a visit cannot be recorded as missed.

import { type Door, isOnTime, isSettled, lastOf, type Row } from "../app/door";
import type { Snapshot } from "../app/records";
import { clockTime } from "../app/times";
import type { Event } from "../domain/events";
import { clauseWords } from "./clause_words";
import { codeWords, dateName, heading, named, reasonName, WORDS } from "./words";

const evidence = (door: Door, { verdict }: Row): Event[] => door.events.filter(({ n }) => verdict.evidence.includes(n));

/** "10:44 and 10:47", or what the office's own record says where no event was needed. */
function restsOn(door: Door, row: Row): string {
  const { snapshot } = door;
  const events = evidence(door, row);
  if (row.verdict.status === "waived") return WORDS.steps.waived(reasonName(String(events[0]?.reason ?? "")));
  if (events.length > 0 && row.text.check !== "elapsed") return events.map(({ at }) => clockTime(at)).join(WORDS.and);
  if (row.text.check === "notification") {
    const told = snapshot.notifications.find(({ status_at }) => status_at);
    if (told) return toldWords(told);
  }
  if (row.text.check === "slot_agreed" && snapshot.agreed)
    return `${heading(snapshot.agreed.how)}, ${dateName(snapshot.agreed.at)}`;
  return WORDS.steps.met;
}

/** "Text message delivered 15 November" */
const toldWords = ({ channel, status, sent_at, status_at }: Snapshot["notifications"][number]): string =>
  `${heading(channel)} ${codeWords(status)} ${dateName(status_at ?? sent_at)}`;

/** Why a clause is not met, with its limit: the middle of "You cannot record this as missed: ... ". */
export function factAgainst(door: Door, row: Row): string {
  const { facts } = WORDS.refused;
  const { window, contact_requests } = door.snapshot;
  const { text } = row;
  if (text.check === "within_window") {
    const at = evidence(door, row)[0]?.at ?? "";
    return at > window.ends_at
      ? facts.late(window.ends_at)
      : at < window.starts_at
        ? facts.early(window.starts_at)
        : facts.outside;
  }
  if (text.check === "notification") return facts.notification(text.hours_before ?? 0);
  if (text.check === "slot_agreed") return facts.slot_agreed;
  if (text.check === "each_request") {
    const refused = evidence(door, row)[0] ?? door.events.findLast(({ kind }) => kind === text.event);
    const index = contact_requests.findIndex(({ request_id }) => request_id === refused?.request_id);
    return facts.request(Math.max(0, index) + 1);
  }
  return facts.other(clauseWords(door, text).title);
}

/** The line under a clause's title. */
export function stateWords(door: Door, row: Row, is_now: boolean): string {
  const { verdict } = row;
  const { steps } = WORDS;
  if (isSettled(row)) return restsOn(door, row);
  if (verdict.status === "waiting") return steps.waiting(Math.max(0, (verdict.ready_t ?? 0) - door.t));
  if (verdict.status === "failed") return steps.not_met(factAgainst(door, row));
  if (verdict.status === "blocked") {
    const first = door.rows.filter((other) => verdict.blocked_by.includes(other.text.clause));
    return steps.not_yet(
      first
        .map(({ text }) => clauseWords(door, text).title)
        .slice(0, 2)
        .join(`"${WORDS.and}"`),
    );
  }
  const gap = (verdict.ready_t ?? 0) - door.t;
  const done = evidence(door, row).length;
  const so_far = done > 0 && verdict.missing ? `${steps.still(verdict.missing)}. ` : "";
  const soon = verdict.ignored.length > 0 ? `. ${steps.too_soon(verdict.ignored.length)}` : "";
  if (gap > 0) return `${so_far}${steps.at(door.wall + gap)}${soon}`;
  return `${so_far}${is_now ? steps.now : steps.todo}${soon}`;
}

/** What will be recorded, as the operative reads it before declaring it. */
export function recordRows(door: Door, code: string): (readonly [string, string])[] {
  const names = WORDS.ready.rows;
  const rows = Object.keys(names).flatMap((kind): (readonly [string, string])[] => {
    const events = door.events.filter((event) => event.kind === kind);
    if (events.length === 0) return [];
    // Which check was skipped is part of the record: each by its name.
    if (kind === "clause_waived") return events.map((event) => [named(names, kind), skippedWords(door, event)]);
    const times = events.map(({ at }) => clockTime(at)).join(WORDS.and);
    return [[named(names, kind), [times, detail(events.at(-1), code)].filter(Boolean).join(", ")]];
  });
  const arrived = lastOf(door.events, "arrived");
  const waited = arrived ? Math.floor((door.t - arrived.t) / 60_000) : 0;
  return [...rows, [WORDS.ready.waited, WORDS.ready.minutes(waited)]];
}

function skippedWords(door: Door, { clause, reason, at }: Event): string {
  const row = door.rows.find(({ text }) => text.clause === clause);
  const title = row ? clauseWords(door, row.text).title : String(clause);
  return `${title}. ${reasonName(String(reason))}, ${clockTime(at)}`;
}

function detail(event: Event | undefined, code: string): string {
  switch (event?.kind) {
    case "resident_called":
      return named(WORDS.call.results, String(event.result)).toLowerCase();
    case "planner_contacted":
      return named(WORDS.planner.instructions, String(event.instruction)).toLowerCase();
    case "card_left":
      return code ? WORDS.ready.code(code) : "";
    default:
      return "";
  }
}

/** The words declared, with the times that they speak of. */
export function declared(words: string, door: Door): string {
  const arrived = door.events.find(({ kind }) => kind === "arrived");
  return words.replaceAll("{arrived}", clockTime(arrived?.at ?? door.wall)).replaceAll("{now}", clockTime(door.wall));
}

/** What stands against a record as missed, as a table: the limit and the fact beside it. */
export function factRows(door: Door, row: Row): (readonly [string, string])[] {
  const { refused } = WORDS;
  const { window, contact_requests, notifications } = door.snapshot;
  const arrived = door.events.find(({ kind }) => kind === "arrived");
  if (row.text.check === "each_request") {
    const request = contact_requests.find(({ request_id }) => request_id === evidence(door, row)[0]?.request_id);
    return request ? [[refused.request, request.text]] : [];
  }
  if (row.text.check === "notification")
    return [[refused.told, notifications.map(toldWords).join(". ") || refused.not_told]];
  if (!isOnTime(row.text)) return [];
  const slot = [refused.window, WORDS.appointment.window(window.name, window.starts_at, window.ends_at)] as const;
  if (!arrived) return [slot];
  const at = Date.parse(arrived.at);
  const late = at - Date.parse(window.ends_at);
  const early = Date.parse(window.starts_at) - at;
  const off = late > 0 ? refused.after(late) : early > 0 ? refused.before(early) : "";
  return [slot, [refused.arrived, [clockTime(at), off].filter(Boolean).join(", ")]];
}
