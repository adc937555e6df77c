// Instants: the one written form of a moment, and whole milliseconds since 1970 to reckon with.

const FORM = /^([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})\.([0-9]{3})Z$/;

/** A case is not in the agreed form, so nobody may judge it; the message says where. */
export class InputRefused extends Error {}

/** Milliseconds since 1970; refuses anything but `YYYY-MM-DDTHH:MM:SS.mmmZ`, a real date, from 1970 on. */
export function parseInstant(text: unknown, place = "instant"): number {
  const found = typeof text === "string" ? FORM.exec(text) : null;
  if (found) {
    const [year = 0, month = 0, ...rest] = found.slice(1).map(Number);
    const ms = Date.UTC(year, month - 1, ...rest);
    // Date.UTC rolls 30 February over into March: only a real date comes back as it was written.
    if (year >= 1970 && formatInstant(ms) === text) return ms;
  }
  throw new InputRefused(`${place}: is not an instant like 2026-11-23T09:00:00.000Z`);
}

export const formatInstant = (ms: number): string => new Date(ms).toISOString();
