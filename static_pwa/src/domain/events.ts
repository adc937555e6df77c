// What may be stated of a visit: the one table of event kinds, twin of the office's; the phone states nothing else.

export type Form = "text" | "reference" | "uuid" | "sha256" | "boolean" | "count" | "integer" | "digits" | "outcome";
export interface Field {
  readonly name: string;
  readonly form: Form | readonly string[];
  readonly optional?: true;
}
export type By = "operative" | "phone";
export interface Kind {
  readonly kind: string;
  readonly fields: readonly Field[];
  readonly by: By;
  /** A slip of the thumb may be taken back within 60 s. */
  readonly may_be_withdrawn: boolean;
}

export type Own = Readonly<Record<string, string | number | boolean>>;

/** An event as the judge takes it: `at` an instant, `t` whole ms on the visit's stopwatch, and its own fields. */
export interface Event {
  readonly n: number;
  readonly kind: string;
  readonly at: string;
  readonly t: number;
  readonly [field: string]: string | number | boolean;
}

/** What a body holds beside `n`, `kind`, `at`, `t` and the kind's own fields. */
export const ENVELOPE = "v visit_id prev mono boot device_id actor_id salt anchor".split(" ");
export const MAX_BODY_BYTES = 4096;
export const MAX_TEXT = 1000;
/** Within this many ms on the stopwatch a tap may be withdrawn. */
export const WITHDRAWAL_MS = 60_000;

const field = (name: string, form: Field["form"]): Field => ({ name, form });
const optional = (name: string, form: Field["form"]): Field => ({ name, form, optional: true });
const operative = (kind: string, ...fields: Field[]): Kind => ({
  kind,
  fields,
  by: "operative",
  may_be_withdrawn: true,
});
const final = (kind: string, ...fields: Field[]): Kind => ({ ...operative(kind, ...fields), may_be_withdrawn: false });

const NOTE = optional("note", "text");
const TOLD_BY = field("told_by", ["planner", "resident", "letter_seen"]);
const PHOTO = [
  field("photo_sha256", "sha256"),
  field("size_bytes", "count"),
  field("width", "count"),
  field("height", "count"),
  field("source_sha256", "sha256"),
  optional("source_taken_at", "text"),
  optional("source_model", "text"),
  optional("source_has_place", "boolean"),
];

export const INSTRUCTIONS = [
  "leave_card",
  "leave_no_card",
  "keep_waiting",
  "resident_coming",
  "rebooked",
  "welfare_check",
] as const;
export const PLACED = ["letterbox", "door", "communal", "other"] as const;
export const CALL_RESULTS = ["no_answer", "voicemail", "engaged", "number_unobtainable", "answered"] as const;

export const VOCABULARY: readonly Kind[] = [
  final(
    "visit_started",
    field("appointment_id", "reference"),
    field("snapshot_sha256", "sha256"),
    field("policy_version", "text"),
  ),
  operative(
    "arrived",
    field("address_confirmed", "boolean"),
    optional("lat_e7", "integer"),
    optional("lon_e7", "integer"),
    optional("accuracy_m", "count"),
    optional("place_missing", ["refused", "unavailable", "off"]),
  ),
  operative("contact_request_followed", field("request_id", "text"), field("followed", "boolean"), NOTE),
  operative("notification_attested", TOLD_BY, NOTE),
  operative("slot_attested", TOLD_BY, NOTE),
  operative("door_knocked", field("method", ["knock", "bell", "intercom"])),
  operative("dialler_opened", field("number_label", "text")),
  operative("resident_called", field("number_label", "text"), field("result", CALL_RESULTS)),
  operative("planner_call_tried", field("result", ["no_answer", "no_signal", "in_app_asked", "ringing"])),
  operative("planner_code_typed", field("code", "digits")),
  operative(
    "planner_contacted",
    field("how", ["phone", "app"]),
    field("instruction", INSTRUCTIONS),
    optional("call_id", "uuid"),
  ),
  operative("card_left", field("placed", PLACED), NOTE),
  operative("photo_asked", field("photo_id", "uuid")),
  operative("card_photographed", ...PHOTO),
  operative("door_photographed", ...PHOTO),
  operative("clause_waived", field("clause", "text"), field("reason", "text"), NOTE),
  operative("access_gained", NOTE),
  operative("access_refused", field("words", "text"), NOTE),
  operative("left_unsafe", NOTE),
  operative("resident_rebooked", NOTE),
  operative("wrong_address", NOTE),
  operative("no_responsible_adult", NOTE),
  operative("welfare_concern", NOTE),
  final("missed_recorded", field("declaration", "text")),
  final("visit_closed", field("outcome", "outcome"), NOTE),
  {
    ...final("clock_gap", field("hidden_ms", "count"), field("wall_ms", "integer"), field("mono_ms", "count")),
    by: "phone",
  },
  operative("note_added", field("note", "text")),
  final("event_withdrawn", field("withdrawn_n", "count"), field("reason", "text")),
  operative("snapshot_adopted", field("snapshot_sha256", "sha256")),
];

export const KINDS: Readonly<Record<string, Kind>> = Object.fromEntries(VOCABULARY.map((kind) => [kind.kind, kind]));
export const PHOTOGRAPHS: readonly string[] = ["card_photographed", "door_photographed"];
export const CLOSING: readonly string[] = ["missed_recorded", "visit_closed"];

const PATTERNS: Readonly<Record<string, RegExp>> = {
  uuid: /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/,
  sha256: /^[0-9a-f]{64}$/,
  // A name that the office's store looks things up by: a database may end a text at its first NUL.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: NUL is the one that is meant.
  reference: /^[^\x00]{0,1000}$/,
  digits: /^[0-9]{8}$/,
  outcome: /^(?!no_access_)[a-z][a-z_]{0,99}$/,
};

function fits(value: unknown, form: Field["form"]): boolean {
  if (typeof form !== "string") return typeof value === "string" && form.includes(value);
  if (form === "boolean") return typeof value === "boolean";
  if (form === "count" || form === "integer")
    return Number.isSafeInteger(value) && (form === "integer" || Number(value) >= 0);
  if (form === "text") return typeof value === "string" && value.length <= MAX_TEXT && value.isWellFormed();
  return typeof value === "string" && PATTERNS[form]?.test(value) === true;
}

/** What is wrong with an event's own fields, in a few words, or null where they fit the table. */
export function faultIn(kind: string, own: Own): string | null {
  const known = KINDS[kind];
  if (!known) return `${kind} is not in the vocabulary`;
  for (const { name, form, optional: may_be_left_out } of known.fields) {
    if (own[name] === undefined ? !may_be_left_out : !fits(own[name], form)) return `${kind}.${name} does not fit`;
  }
  const names = known.fields.map(({ name }) => name);
  const unknown = Object.keys(own).find((name) => !names.includes(name));
  return unknown === undefined ? null : `${kind}.${unknown} is not one of its fields`;
}

/** Text that a person typed, made fit for a body: no broken characters, no control characters, not too long. */
export function cleanText(typed: string): string {
  const plain = [...typed.trim()].filter((character) => character === "\n" || character >= " ").join("");
  return plain.slice(0, MAX_TEXT).toWellFormed();
}

/** The events that count: withdrawn ones are taken out together with the events that withdrew them. */
export function standing(events: readonly Event[]): Event[] {
  const withdrawn = new Set(events.filter(({ kind }) => kind === "event_withdrawn").map((event) => event.withdrawn_n));
  return events.filter(({ kind, n }) => kind !== "event_withdrawn" && !withdrawn.has(n));
}
