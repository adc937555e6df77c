// What the phone keeps, and what the office tells it: the shapes shared by the store, the sender and the screens.
import type { Appointment } from "../domain/appointment";
import type { Event } from "../domain/events";
import type { Stopwatch } from "../domain/stopwatch";

export interface Person {
  readonly person_id: string;
  readonly name: string;
  readonly role: string;
  readonly patch?: string | null;
  /** From when on, by the office's clock in ms, an enrolled phone asks for a longer session: half of it is over. */
  readonly renew_at?: number;
}
/** A key that this browser uses and never shows, and its public half: 65 bytes in base64url. */
export interface DeviceKey {
  readonly private_key: CryptoKey;
  readonly public_key: string;
}
/** A key that the office was asked to enrol, in ms on the wall clock. */
export interface AskedKey extends DeviceKey {
  readonly asked_at: number;
}
/** This phone as the office knows it: from here on, what is stated on it is signed. */
export interface Enrolled extends DeviceKey {
  readonly device_id: string;
  readonly enrolled_at: string;
  readonly name: string;
  readonly is_revoked?: boolean;
}

export interface ListedAppointment {
  readonly appointment_id: string;
  readonly snapshot: string;
  readonly snapshot_sha256: string;
  readonly policy_version: string;
  readonly is_cancelled?: boolean;
  /** How many operatives are booked; each makes a visit of their own. */
  readonly operatives?: number;
  /** Others' visits to this appointment so far. */
  readonly here_before?: readonly { readonly arrived_at: string; readonly outcome: string | null }[];
}
export interface Declaration {
  readonly version: string;
  readonly language?: string;
  readonly words: string;
}
export interface Outcome {
  readonly outcome: string;
  readonly side: string;
  readonly by?: string;
  readonly words: string;
}
export interface Reason {
  readonly reason: string;
  readonly clause?: string | null;
  readonly words: string;
}
export interface Standing {
  readonly visit_id: string;
  readonly appointment_id: string;
  readonly standing: string;
  readonly outcome?: string | null;
  readonly awaiting?: readonly string[];
  readonly reasons?: readonly Reason[];
  readonly otherwise?: string;
  /** The latest decision, where it holds or sent the visit back; it knew the events up to `decided_n`. */
  readonly decision?: string;
  readonly decision_reason?: string | null;
  readonly decided_n?: number;
  /** Where and when it was, where it is not among the day's. */
  readonly day?: string;
  readonly address?: string;
}
export interface PlannerCall {
  readonly call_id: string;
  readonly appointment_id: string;
  readonly operative_id: string;
  readonly instruction: string;
  readonly summary?: string;
  readonly at: string;
}

/** A clause's words in another language; what is missing there is read as the policy has it. */
export interface ClauseWords {
  readonly title?: string;
  readonly ask?: string;
  readonly why?: string;
}
export interface RuleWords {
  readonly policies?: Readonly<Record<string, { readonly clauses: Readonly<Record<string, ClauseWords>> }>>;
  readonly outcomes?: Readonly<Record<string, string>>;
}
/** Something that the office changed of the day since the phone first had it; `was` is the snapshot before. */
export interface News {
  readonly appointment_id: string;
  readonly is: "new" | "changed" | "gone";
  readonly was?: string;
}

/** What the office said of one day, kept so that the next morning in a basement begins with it. */
export interface Day {
  readonly date: string;
  readonly server_time: string;
  readonly feed_next: number;
  readonly planner_number: string;
  readonly appointments: readonly ListedAppointment[];
  readonly policies: readonly PolicyText[];
  readonly declarations: readonly Declaration[];
  readonly outcomes: readonly Outcome[];
  readonly visits: readonly Standing[];
  /** What the rules say in languages other than English. */
  readonly words?: Readonly<Record<string, RuleWords>>;
  readonly news?: readonly News[];
}

/** A clause as the operative reads it; the judge has its own, stricter reading. */
export interface ClauseText {
  readonly clause: string;
  readonly title: string;
  readonly ask?: string;
  readonly why?: string;
  readonly check: string;
  readonly after?: readonly string[];
  readonly match?: { readonly event: string; readonly where?: Readonly<Record<string, readonly unknown[]>> };
  readonly event?: string;
  readonly since?: string;
  readonly attested_by?: string;
  readonly at_least?: number;
  readonly at_least_seconds?: number;
  readonly hours_before?: number;
  readonly of?: readonly string[];
  readonly waivable?: readonly string[];
  readonly optional?: boolean;
  readonly otherwise?: string;
}
export interface PolicyText {
  readonly policy: string;
  readonly version: string;
  readonly title: string;
  readonly clauses: readonly ClauseText[];
}

export interface PhoneNumber {
  readonly label: string;
  readonly number: string;
}
/** The appointment as it was served: the judge's keys and, for the phone, where to go and what to write. */
export interface Snapshot extends Appointment {
  readonly work_order_ref?: string;
  readonly property_ref?: string;
  readonly address?: readonly string[];
  readonly phone_numbers?: readonly PhoneNumber[];
  readonly rebooking_number?: string;
  readonly description?: string;
  readonly key_safe?: { readonly has_consent: boolean };
}

/** What a visit was begun with: it is finished under this policy version, whatever is deployed since. */
export interface VisitBasis {
  readonly visit_id: string;
  readonly appointment_id: string;
  readonly actor_id: string;
  readonly started_at: string;
  readonly snapshot: string;
  readonly snapshot_sha256: string;
  readonly policy: PolicyText;
}
/** Where a visit's chain stands: written in the same transaction as each event. */
export interface Chain {
  readonly visit_id: string;
  readonly head: string;
  readonly next_n: number;
  readonly last_t: number;
  readonly watch: Stopwatch;
  /** When the last anchor that an event of this visit embeds was made, by the office's clock. */
  readonly anchor_ms?: number;
}
export interface StoredEvent {
  readonly visit_id: string;
  readonly n: number;
  readonly installation_id: string;
  readonly seq: number;
  readonly body: string;
  readonly sha256: string;
  /** Of an enrolled phone: its signature over the exact body, 64 bytes in base64url. */
  readonly sig?: string;
  readonly refused?: string;
}
/** One store on one phone. `seq` counts its queue from 1; the office has everything up to `acked`. */
export interface Queue {
  readonly installation_id: string;
  readonly next_seq: number;
  readonly acked: number;
}
export interface PhotoFacts {
  readonly sha256: string;
  readonly visit_id: string;
  readonly kind: string;
  readonly size_bytes: number;
  readonly width: number;
  readonly height: number;
  readonly source_sha256: string;
  readonly source_taken_at?: string;
  readonly source_model?: string;
  readonly source_has_place?: boolean;
  readonly saved_at: string;
  /** A draft is not evidence yet: the operative has not said that it can be read. */
  readonly is_kept: boolean;
  /** The office has every byte, and the event that names them. */
  readonly is_sent: boolean;
  readonly unreadable_why?: string;
}
export interface StoredPhoto extends PhotoFacts {
  readonly bytes: ArrayBuffer | null;
}

export interface KnownEvent {
  readonly event: Event;
  readonly sha256: string;
  readonly installation_id: string;
  readonly seq: number;
  readonly refused?: string;
}
export interface Visit {
  readonly basis: VisitBasis;
  readonly chain: Chain;
  readonly events: readonly KnownEvent[];
}
