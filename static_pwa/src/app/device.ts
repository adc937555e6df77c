// The phone as a thing: its room, what it lost, how it was chosen to sound and speak, and whether it is installed.
import type { State } from "./state";

export interface Settings {
  readonly language: string;
  readonly has_sound: boolean;
  readonly has_vibration: boolean;
  /** When "Not now" was said to putting Doorstep on the home screen, in ms; 0 where it was not. */
  readonly put_off_at: number;
}
export const FIRST_SETTINGS: Settings = { language: "en", has_sound: true, has_vibration: true, put_off_at: 0 };

/** What was on this phone when its browser cleared it, as far as was noted elsewhere. */
export interface Lost {
  /** When it was last known to be there, in ms. */
  readonly at: number;
  readonly person_id: string;
  readonly unsent: number;
  /** The office had all of it, and revoked this phone: it was taken off on purpose. */
  readonly is_wiped?: boolean;
}

export interface Device {
  readonly settings: Settings;
  /** `low`: there may be no room for a day's photos. `full`: a write was refused, or would be. */
  readonly space: "enough" | "low" | "full";
  readonly free_bytes: number | null;
  /** A photo that there was no room for: its size, and whether it was made small already. Held in memory only. */
  readonly unsaved: { readonly size_bytes: number; readonly is_small: boolean } | null;
  readonly lost: Lost | null;
  /** How it gets on the home screen here: by the browser's own question, by hand, or it is there already. */
  readonly install: "ask" | "by_hand_ios" | "by_hand" | "done";
  readonly is_updating: boolean;
  /** An enrolment's code that the page was opened with, until it is used. */
  readonly code: string;
  /** Which build this is: its name changes with its files. */
  readonly version: string;
}
export const FIRST_DEVICE: Device = {
  settings: FIRST_SETTINGS,
  space: "enough",
  free_bytes: null,
  unsaved: null,
  lost: null,
  install: "by_hand",
  is_updating: false,
  code: "",
  version: "",
};

/** The photos of a long day. */
export const DAY_BYTES = 3_000_000;
/** Many times as much: a phone with less is soon full of something else. */
export const LOW_BYTES = 25_000_000;
const OFFER_AGAIN_MS = 7 * 24 * 3_600_000;

/** Worth offering where it can be done, is not done, and was not put off within the week. */
export function offersInstall({ device, reading }: State): boolean {
  const { install, settings } = device;
  const may = install === "ask" || install === "by_hand_ios";
  return may && Math.abs(reading.wall - settings.put_off_at) > OFFER_AGAIN_MS;
}

/** Visits that the office knows as begun by this person, and that this phone does not have. */
export function begunElsewhere({ day, visits, standings }: State): string[] {
  return (day?.visits ?? [])
    .filter(({ visit_id, standing }) => (standings[visit_id]?.standing ?? standing) === "in_progress")
    .filter(({ visit_id }) => !visits.some(({ basis }) => basis.visit_id === visit_id))
    .map(({ appointment_id }) => appointment_id);
}
