// A hearing: what is laid before the judge, an appointment, the events of one visit in chain order, and a now.
import { type Appointment, readAppointment, readTable } from "./appointment.ts";
import { InputRefused, parseInstant } from "./instants.ts";

export type Value = string | number | boolean;

/** `at` is the wall clock, `t` whole ms on the visit's stopwatch; all other keys are the event's own fields. */
export interface HeardEvent {
  readonly n: number;
  readonly kind: string;
  readonly at: string;
  readonly t: number;
  readonly [field: string]: Value;
}

export interface Now {
  readonly at: string;
  readonly t: number;
}

export interface Hearing {
  readonly appointment: Appointment;
  readonly events: readonly HeardEvent[];
  readonly now: Now;
}

const LONGEST_VISIT_MS = 1e12;

/** Refuses a case that breaks the agreed forms, naming the path of the first fault. */
export function readHearing(appointment: unknown, events: unknown, now: unknown): Hearing {
  const checked = readAppointment(appointment);
  if (!Array.isArray(events)) throw new InputRefused("events: must be a list");
  let n = -1;
  let t = -1;
  events.forEach((row: unknown, index) => {
    const place = `events[${index}]`;
    const event = readTable(row, place);
    n = readRising(event.n, n + 1, Number.MAX_SAFE_INTEGER, `${place}.n`);
    t = readRising(event.t, t + 1, LONGEST_VISIT_MS, `${place}.t`);
    parseInstant(event.at, `${place}.at`);
    if (typeof event.kind !== "string") throw new InputRefused(`${place}.kind: must be text`);
    for (const [field, value] of Object.entries(event)) {
      const isBoolean = typeof value === "boolean";
      if (field === "followed" ? !isBoolean : !isBoolean && typeof value !== "string" && !Number.isSafeInteger(value))
        throw new InputRefused(`${place}.${field}: must be text, a whole number, or true or false`);
    }
  });
  const asOf = readTable(now, "now");
  parseInstant(asOf.at, "now.at");
  readRising(asOf.t, Math.max(t, 0), LONGEST_VISIT_MS, "now.t");
  return { appointment: checked, events: events as HeardEvent[], now: now as Now };
}

function readRising(value: unknown, least: number, most: number, place: string): number {
  if (!Number.isSafeInteger(value) || (value as number) < least || (value as number) > most)
    throw new InputRefused(`${place}: must be a whole number from ${least} to ${most}`);
  return value as number;
}
