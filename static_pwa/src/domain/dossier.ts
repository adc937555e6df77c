// The dossier of an appointment, as far as its grades hang on it: the twin of the office's.
import type { Appointment } from "./appointment.ts";
import type { Stated } from "./linking.ts";

/** One snapshot of the appointment; `snapshot` is its JSON, `appointment` the same as the judge takes it. */
export interface Version {
  readonly sha256: string;
  readonly snapshot: Readonly<Record<string, unknown>>;
  readonly appointment: Appointment;
}

/** What a planner saved of a call; `at` is the server's time. */
export interface Logged {
  readonly position: number;
  readonly at: number;
  readonly instruction: string;
  readonly read_back: string | null;
}

export interface Call {
  readonly call_id: string;
  readonly operative_id: string;
  readonly planner_id: string;
  readonly code: string;
  readonly begun_at: number;
  readonly expires_at: number;
  readonly logged: Logged | null;
}

export interface Decision {
  readonly position: number;
  readonly by_id: string;
  readonly decision: string;
  readonly reads_card: boolean;
}

export interface PhotoState {
  readonly state: string;
  readonly position: number;
}

/** A snapshot that was given to an operative, with the policy version in force for it. */
export interface Serving {
  readonly sha256: string;
  readonly operative_id: string;
  readonly policy_version: string;
}

export interface Dossier {
  readonly servings: readonly Serving[];
  readonly versions: readonly Version[];
  readonly visits: ReadonlyMap<string, readonly Stated[]>;
  readonly calls: ReadonlyMap<string, Call>;
  /** Which call a person said an event belongs to, by `eventKey`. */
  readonly matches: ReadonlyMap<string, string>;
  readonly decisions: ReadonlyMap<string, readonly Decision[]>;
  readonly photos: ReadonlyMap<string, PhotoState>;
  /** The other visits on which a photo was used, by its hash. */
  readonly reused: ReadonlyMap<string, readonly string[]>;
}

/** An event's name: its visit and its place in the chain. */
export const eventKey = (visit_id: string, n: number): string => `${visit_id} ${n}`;

/** Who took a call with this operative: none of them may vouch for what they themselves told them to do. */
export const plannersOf = (dossier: Dossier, operative_id: string): ReadonlySet<string> =>
  new Set(
    [...dossier.calls.values()]
      .filter((call) => call.logged && call.operative_id === operative_id)
      .map((call) => call.planner_id),
  );
