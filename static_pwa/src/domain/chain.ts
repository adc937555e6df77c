// The hash-linked chain of a visit's bodies, and the short codes that people write, speak and read from it.
import type { Own } from "./events";

/** No 0/O, 1/I/L, 2/Z, 5/S, 8/B, U/V: a code survives a felt pen and a bad line. */
export const ALPHABET = "34679ACDEFGHJKMNPQRTWXY";

/** H. Michael Damm's quasigroup (2004): its check digit catches every wrong digit and every swap of neighbours. */
const DAMM = [
  "0317598642",
  "7092154863",
  "4206871359",
  "1750983426",
  "6123045978",
  "3674209581",
  "5869720134",
  "8945362017",
  "9438617205",
  "2581436790",
];

const hex = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

export async function sha256(bytes: BufferSource): Promise<string> {
  return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
}

/** The name of a body or a snapshot: lowercase hex SHA-256 of its UTF-8 bytes. */
export function textHash(text: string): Promise<string> {
  return sha256(new TextEncoder().encode(text));
}

/** What a visit's first event follows: its chain is bound to the snapshot and to the policy's version. */
export function rootPrev(snapshot_sha256: string, policy_version: string): Promise<string> {
  return textHash(`${snapshot_sha256}\n${policy_version}`);
}

function letters(body_sha256: string, count: number): number[] {
  const base = BigInt(ALPHABET.length);
  let rest = BigInt(`0x${body_sha256.slice(0, 16)}`) % base ** BigInt(count);
  const values: number[] = [];
  for (let place = 0; place < count; place++) {
    values.unshift(Number(rest % base));
    rest /= base;
  }
  return values;
}

const spell = (values: readonly number[]): string => values.map((value) => ALPHABET[value]).join("");

/** The 5 characters to write on the card, from the hash of the first `arrived`: no old photo can show them. */
export function cardCode(arrived_sha256: string): string {
  return spell(letters(arrived_sha256, 5));
}

/** The 8 characters read to the planner, from the hash of `planner_code_typed`; the last is a check character. */
export function readBack(code_typed_sha256: string): string {
  const values = letters(code_typed_sha256, 7);
  const check = values.reduce((sum, value, index) => sum + (index + 1) * value, 0) % ALPHABET.length;
  return spell([...values, check]);
}

/** Whether 8 digits could be a planner's spoken code; a slip of ear or thumb is told at once, during the call. */
export function isSpokenCode(digits: string): boolean {
  if (!/^[0-9]{8}$/.test(digits)) return false;
  return [...digits].reduce((interim, digit) => Number(DAMM[interim]?.[Number(digit)]), 0) === 0;
}

/** Bytes as they stand in JSON, without padding. */
export function base64url(bytes: ArrayBuffer | Uint8Array): string {
  return btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace(/=+$/, "");
}

/** 16 random bytes: personal data may be erased later without the hash giving it away. */
export const newSalt = (): string => base64url(crypto.getRandomValues(new Uint8Array(16)));

/** Who and where an event is stated: the part of a body that every kind has. */
export interface Envelope {
  readonly visit_id: string;
  readonly n: number;
  readonly prev: string;
  readonly kind: string;
  readonly at: string;
  readonly t: number;
  readonly mono: number;
  readonly boot: string;
  readonly device_id: string;
  readonly actor_id: string;
  /** The office's newest statement of its time, where it is newer than the last in this visit's chain. */
  readonly anchor?: string;
}

/** The event's exact text: serialised once, and from then on hashed, stored and sent as it is. */
export function writeBody(envelope: Envelope, own: Own): string {
  return JSON.stringify({ v: 1, ...envelope, salt: newSalt(), ...own });
}
