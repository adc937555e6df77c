// Times as a person at a door reads them: London's clock, 24 hours, minutes and seconds in words.
//
// Reckoned here and not by Intl: its first formatter costs a slow phone 150 ms before the first screen.
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export type When = string | number;

/** 01:00 UTC on the last Sunday of a month (0 is January). */
function lastSunday(year: number, month: number): number {
  const last = Date.UTC(year, month + 1, 0, 1);
  return last - new Date(last).getUTCDay() * DAY_MS;
}

/** A date whose UTC fields are London's. Summer time is from March to October, by the Summer Time Order 2002. */
export function london(when: When): Date {
  const utc = new Date(when);
  const year = utc.getUTCFullYear();
  const is_summer = Number(utc) >= lastSunday(year, 2) && Number(utc) < lastSunday(year, 9);
  return new Date(Number(utc) + (is_summer ? HOUR_MS : 0));
}

/** 10:42 */
export const clockTime = (when: When): string => london(when).toISOString().slice(11, 16);
/** The day in London as YYYY-MM-DD. */
export const londonDay = (when: When): string => london(when).toISOString().slice(0, 10);

/** By their instants, earliest first; instants of one form sort as their letters do, without a language's tables. */
export const inOrder = <T>(all: readonly T[], at: (one: T) => string): T[] =>
  [...all].sort((a, b) => Number(at(a) > at(b)) - Number(at(a) < at(b)));

/** 5:50, rounded up, so that 0:00 means over; from an hour on 1:17:46. */
export function ringTime(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  const minutes = Math.floor(seconds / 60);
  const two = (part: number): string => String(part % 60).padStart(2, "0");
  return minutes < 60 ? `${minutes}:${two(seconds)}` : `${Math.floor(minutes / 60)}:${two(minutes)}:${two(seconds)}`;
}

/** 5 min 50 s, or 48 s, or 15 min; from an hour on without seconds, 1 h 17 min. */
export function duration(ms: number, min = "min", s = "s", h = "h"): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  const minutes = Math.floor(seconds / 60);
  const rest = seconds % 60;
  if (minutes >= 60)
    return [`${Math.floor(minutes / 60)} ${h}`, minutes % 60 ? `${minutes % 60} ${min}` : ""].join(" ").trim();
  return [minutes ? `${minutes} ${min}` : "", rest || !minutes ? `${rest} ${s}` : ""].filter(Boolean).join(" ");
}
