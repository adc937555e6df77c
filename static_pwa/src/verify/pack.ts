// A pack's files as what they say, not yet believed: the one place that knows the format.
import { fromBase64, fromUtf8, utf8, WrongForm, WrongLetters } from "./encodings.ts";
import type { Fault } from "./words.ts";

export type Bytes = Uint8Array<ArrayBuffer>;
export type Files = ReadonlyMap<string, Bytes>;
export type Json = Readonly<Record<string, unknown>>;

export const MANIFEST = "manifest.json";
export const SEAL = { export: "seal/export.json", proof: "seal/proof.json", checkpoint: "seal/checkpoint.txt" };
export const TIMESTAMP = "seal/timestamp.tsr";

/** One entry of the log: its leaf's parts, and the leaf's own bytes as the tree hashes them. */
export interface Entry {
  readonly position: number;
  readonly sha256: string;
  readonly kind: string;
  readonly received_at: number;
  readonly visit_id: string | null;
  readonly installation_id: string | null;
  readonly fault: string | null;
  readonly sig: string | null;
  readonly leaf: Bytes;
}

export interface Device {
  readonly device_id: string;
  readonly public_key: string;
  readonly position: number;
}

/** A file that cannot be read as what it is to be. */
export class Unreadable extends Error {
  constructor(
    readonly file: string,
    readonly why: string,
  ) {
    super(`${file}: ${why}`);
  }
  get fault(): Fault {
    return { file: this.file, code: "form", facts: { why: this.why } };
  }
}

/** What `read` makes of a file; a fault of form names the file. */
export function reading<Value>(file: string, read: () => Value): Value {
  try {
    return read();
  } catch (fault) {
    if (fault instanceof Unreadable) throw fault;
    // What the page and the command say of a file is the same, to the letter: of letters, both say no more than this.
    const is_told = fault instanceof WrongForm && !(fault instanceof WrongLetters);
    throw new Unreadable(file, is_told ? `It ${fault.message}.` : "It is not in the form that a pack has.");
  }
}

export function bytesOf(files: Files, name: string): Bytes {
  const bytes = files.get(name);
  if (!bytes) throw new Unreadable(name, "It is missing.");
  return bytes;
}

export const textOf = (files: Files, name: string): string => reading(name, () => fromUtf8(bytesOf(files, name)));

/** The JSON object in a file. */
export function jsonOf(files: Files, name: string): Json {
  const value: unknown = reading(name, () => JSON.parse(textOf(files, name)));
  if (!isTable(value)) throw new Unreadable(name, "It is not in the form that a pack has.");
  return value;
}

export const isTable = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export function tableIn(table: Json, key: string): Json {
  const value = table[key];
  if (!isTable(value)) throw new WrongForm(`has no ${key}`);
  return value;
}

export function listIn(table: Json, key: string): readonly unknown[] {
  const value = table[key];
  if (!Array.isArray(value)) throw new WrongForm(`has no ${key}`);
  return value;
}

export function textIn(table: Json, key: string): string {
  const value = table[key];
  if (typeof value !== "string") throw new WrongForm(`has no ${key}`);
  return value;
}

export function numberIn(table: Json, key: string): number {
  const value = table[key];
  if (!Number.isSafeInteger(value)) throw new WrongForm(`has no ${key}`);
  return value as number;
}

const LEAF = "doorstep/leaf/v1";
const LEAF_LENGTH = 13;

/** An entry as log.json and seal/proof.json write it. */
export function readEntry(value: unknown): Entry {
  if (!isTable(value)) throw new WrongForm("holds something else than entries");
  const leaf = listIn(value, "leaf");
  const [form, position, sha256, kind, received_at, visit_id, , , installation_id, , , fault, sig] = leaf;
  const are_whole = Number.isSafeInteger(position) && Number(position) > 0 && Number.isSafeInteger(received_at);
  const are_texts = [sha256, kind].every((one) => typeof one === "string");
  const are_maybe_texts = [visit_id, installation_id, fault, sig].every(
    (one) => one === null || typeof one === "string",
  );
  if (form !== LEAF || leaf.length !== LEAF_LENGTH || !are_whole || !are_texts || !are_maybe_texts)
    throw new WrongForm("holds a leaf that is not in its form");
  return {
    position: Number(position),
    sha256: String(sha256),
    kind: String(kind),
    received_at: Number(received_at),
    visit_id: visit_id as string | null,
    installation_id: installation_id as string | null,
    fault: fault as string | null,
    sig: sig as string | null,
    leaf: utf8(JSON.stringify(leaf)),
  };
}

/** The hashes that lead from an entry to the log's root. */
export const readProof = (value: unknown): readonly Bytes[] => {
  if (!Array.isArray(value)) throw new WrongForm("holds something else than proofs");
  return value.map((hash) => fromBase64(String(hash)));
};

export const entryFile = (position: number): string => `entries/${position}.json`;

export const readEntries = (files: Files): Entry[] =>
  reading("log.json", () => listIn(jsonOf(files, "log.json"), "entries").map(readEntry));

export const readDevices = (files: Files): Device[] =>
  reading("keys.json", () =>
    listIn(jsonOf(files, "keys.json"), "devices").map((device) => {
      if (!isTable(device)) throw new WrongForm("holds something else than phones");
      return {
        device_id: textIn(device, "device_id"),
        public_key: textIn(device, "public_key"),
        position: numberIn(device, "position"),
      };
    }),
  );

/** A body: its exact bytes, or, where it is withheld from this copy, what is left of it and the hash of the whole. */
export interface Body {
  readonly bytes: Bytes;
  readonly withheld_sha256: string | null;
}

export function readBody(files: Files, position: number): Body {
  const name = entryFile(position);
  const bytes = bytesOf(files, name);
  let value: unknown = null;
  try {
    value = JSON.parse(fromUtf8(bytes));
  } catch {
    // A malformed body is evidence too, and is kept as it came.
  }
  if (!isTable(value) || value.redacted !== true || typeof value.sha256 !== "string")
    return { bytes, withheld_sha256: null };
  return { bytes: utf8(JSON.stringify(value.body ?? {})), withheld_sha256: value.sha256 };
}
