// Times as a person at a door reads them: London's clock, 24 hours, minutes and seconds in words.
const LONDON = "Europe/London";
const format = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat("en-GB", { timeZone: LONDON, ...options });
const CLOCK = format({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const DAY = format({ weekday: "short", day: "numeric", month: "long" });
const DATE = format({ day: "numeric", month: "long" });
const ISO = format({ year: "numeric", month: "2-digit", day: "2-digit" });

type When = string | number;
const moment = (when: When): Date => new Date(when);

/** 10:42 */
export const clockTime = (when: When): string => CLOCK.format(moment(when));
/** Tue 17 November */
export const dayName = (when: When): string => DAY.format(moment(when)).replace(",", "");
/** 17 November */
export const dateName = (when: When): string => DATE.format(moment(when));
/** The day in London as YYYY-MM-DD. */
export const londonDay = (when: When): string => ISO.format(moment(when)).split("/").reverse().join("-");

/** 5:50, rounded up, so that 0:00 means over. */
export function ringTime(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** 5 min 50 s, or 48 s, or 15 min. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  const minutes = Math.floor(seconds / 60);
  const rest = seconds % 60;
  return [minutes ? `${minutes} min` : "", rest || !minutes ? `${rest} s` : ""].filter(Boolean).join(" ");
}
