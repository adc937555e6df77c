// The strict reading of a body as the office does it: what does not fit the vocabulary is malformed, and does not count.
import { faultIn, KINDS, MAX_BODY_BYTES, MAX_TEXT, type Own } from "./events.ts";
import { parseInstant } from "./instants.ts";

/** A body that fits. `at_ms` is `at` in ms since 1970; `own` holds the kind's own fields only. */
export interface Told {
  readonly visit_id: string;
  readonly n: number;
  readonly prev: string;
  readonly kind: string;
  readonly at: string;
  readonly at_ms: number;
  readonly t: number;
  readonly mono: number;
  readonly boot: string;
  readonly device_id: string;
  readonly actor_id: string;
  readonly own: Own;
  /** The server's time that the newest anchor states, where one is embedded. */
  readonly anchor_ms: number | null;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const ANCHOR = /^[1-9][0-9]{0,14}\.(?:0|[1-9][0-9]{0,14})\.[A-Za-z0-9_-]{43}\.[A-Za-z0-9_-]{86}$/;
const isText = (form: RegExp) => (value: unknown) => typeof value === "string" && form.test(value);
const isCount = (most: number) => (value: unknown) =>
  Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= most;

const ENVELOPE: Readonly<Record<string, (value: unknown) => boolean>> = {
  v: (value) => value === 1,
  visit_id: isText(UUID),
  n: isCount(1e6),
  prev: isText(/^[0-9a-f]{64}$/),
  kind: (value) => typeof value === "string" && Object.hasOwn(KINDS, value),
  at: (value) => typeof value === "string",
  t: isCount(1e12),
  mono: isCount(Number.MAX_SAFE_INTEGER),
  boot: isText(UUID),
  device_id: isText(UUID),
  actor_id: isText(UUID),
  salt: isText(/^[A-Za-z0-9_-]{22}$/),
};

/** One token of flat JSON after another: a text, a whole number, a word, or a mark. */
const TOKEN = /\s*(?:("(?:[^"\\]|\\.)*")|(-?(?:0|[1-9][0-9]*)(?![0-9.eE])|true|false)|([{}:,]))\s*/y;

/** The event that these bytes hold; null where they do not fit. Two equal keys would let one body say two things. */
export function readTold(body: Uint8Array): Told | null {
  if (body.length > MAX_BODY_BYTES) return null;
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body);
    if (!isFlat(text)) return null;
    const fields = JSON.parse(text) as Record<string, string | number | boolean>;
    if (Object.entries(ENVELOPE).some(([name, fits]) => !Object.hasOwn(fields, name) || !fits(fields[name])))
      return null;
    const anchor = fields.anchor;
    if (anchor !== undefined && !isText(ANCHOR)(anchor)) return null;
    const names = Object.keys(fields).filter((name) => name !== "anchor" && !Object.hasOwn(ENVELOPE, name));
    const own = Object.fromEntries(names.map((name) => [name, fields[name] as Own[string]]));
    if (faultIn(String(fields.kind), shortened(own)) !== null || !fitsTogether(fields, own)) return null;
    const anchor_ms = anchor === undefined ? null : Number(String(anchor).split(".")[0]);
    return { ...(fields as unknown as Told), own, anchor_ms, at_ms: parseInstant(fields.at) };
  } catch {
    return null;
  }
}

/** The two rules that one field's form cannot say. */
function fitsTogether(fields: Readonly<Record<string, unknown>>, own: Own): boolean {
  if (fields.kind === "visit_started") return fields.n === 0 && fields.t === 0;
  if (fields.kind !== "arrived") return true;
  const given = ["lat_e7", "lon_e7", "accuracy_m"].filter((name) => Object.hasOwn(own, name)).length;
  return given === (Object.hasOwn(own, "place_missing") ? 0 : 3);
}

/** The office counts a text's characters, the phone's table its half-characters: one that is short enough here passes. */
function shortened(own: Own): Own {
  const short = (value: Own[string]) => {
    if (typeof value !== "string" || value.length <= MAX_TEXT) return value;
    const characters = [...value];
    return characters.length <= MAX_TEXT ? characters.slice(0, MAX_TEXT / 2).join("") : value;
  };
  return Object.fromEntries(Object.entries(own).map(([name, value]) => [name, short(value)]));
}

/** Whether a text is one flat object of texts, whole numbers and booleans, with no key twice. */
function isFlat(text: string): boolean {
  const keys = new Set<unknown>();
  let before = "";
  let latest = "";
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const found = TOKEN.exec(text);
    if (!found) return false;
    if (found[3] === ":") {
      const key: unknown = JSON.parse(latest);
      if ((before !== "{" && before !== ",") || keys.has(key)) return false;
      keys.add(key);
    }
    if (found[3] === "{" && latest !== "") return false;
    before = latest;
    latest = found[1] ?? found[2] ?? found[3] ?? "";
  }
  return latest === "}";
}
