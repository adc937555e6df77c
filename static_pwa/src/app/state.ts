// Everything that the screens are drawn from, and how it begins.
import type { Reading } from "../domain/stopwatch";
import { type Device, FIRST_DEVICE } from "./device";
import type { Choices } from "./door";
import type { Day, Enrolled, Person, PhotoFacts, PlannerCall, Queue, Standing, Visit } from "./records";
import type { Sending } from "./sending";

/** A screen at a door that the operative opened; null lets the visit itself say which one comes. */
export type Screen =
  | "door"
  | "planner-code"
  | "planner-read-back"
  | "planner-no-answer"
  | "card-full"
  | "viewfinder"
  | "card-code"
  | "card-photo"
  | "card-left"
  | "call-result"
  | "something-else"
  | "refusal-words"
  | "key-safe"
  | "communal"
  | "waive"
  | "add-note";

export type Route =
  | { readonly at: "today" | "unsent" | "sign-in" | "settings" | "install" | "enrol" }
  | { readonly at: "appointment"; readonly appointment_id: string }
  | { readonly at: "door"; readonly visit_id: string; readonly screen: Screen | null };

/** What is typed or ticked but not stated yet: losing it costs a second, so it is not kept. */
export interface Draft {
  readonly code: string;
  readonly instruction: string;
  readonly placed: string;
  readonly words: string;
  readonly clause: string;
  readonly is_declared: boolean;
  readonly fields: Readonly<Record<string, string | boolean>>;
  readonly fault: string;
}

export interface State {
  readonly is_loaded: boolean;
  readonly reading: Reading;
  readonly person: Person | null;
  readonly needs_sign_in: boolean;
  /** What this phone signs with, once the office has enrolled it. */
  readonly enrolled: Enrolled | null;
  readonly day: Day | null;
  readonly visits: readonly Visit[];
  readonly photos: readonly PhotoFacts[];
  readonly standings: Readonly<Record<string, Standing>>;
  readonly calls: readonly PlannerCall[];
  readonly queue: Queue;
  readonly sent_at: string | null;
  /** What the last tries came to; null until there was one. */
  readonly sending: Sending | null;
  readonly is_online: boolean;
  readonly is_sending: boolean;
  /** Null until the browser has said whether it promises to keep our store. */
  readonly is_persisted: boolean | null;
  readonly device: Device;
  readonly route: Route;
  readonly choices: Choices;
  readonly draft: Draft;
  /** A photo being resized, or a place being looked up. */
  readonly busy: string;
  readonly problem: string;
}

export const NO_DRAFT: Draft = {
  code: "",
  instruction: "",
  placed: "",
  words: "",
  clause: "",
  is_declared: false,
  fields: {},
  fault: "",
};
export const NO_CHOICES: Choices = { chosen: null, later: [], declined: [] };

export function firstState(reading: Reading): State {
  return {
    is_loaded: false,
    reading,
    person: null,
    needs_sign_in: false,
    enrolled: null,
    day: null,
    visits: [],
    photos: [],
    standings: {},
    calls: [],
    queue: { installation_id: "", next_seq: 1, acked: 0 },
    sent_at: null,
    sending: null,
    is_online: true,
    is_sending: false,
    is_persisted: null,
    device: FIRST_DEVICE,
    route: { at: "today" },
    choices: NO_CHOICES,
    draft: NO_DRAFT,
    busy: "",
    problem: "",
  };
}
