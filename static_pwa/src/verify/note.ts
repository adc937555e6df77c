// The log's signed note (C2SP): a checkpoint's text with its signatures, and the key by which a reader knows the log.
import { fromBase64, toHex, utf8, WrongForm } from "./encodings.ts";

const ED25519 = 1;
const LONGEST_NOTE = 100_000;

/** A log's verifier key, `name+hash+key`: it must come from elsewhere than the pack. */
export interface VerifierKey {
  readonly name: string;
  readonly hash: string;
  readonly public_key: Uint8Array<ArrayBuffer>;
}

export interface Signature {
  readonly name: string;
  readonly hash: string;
  readonly sig: Uint8Array<ArrayBuffer>;
}

/** A note that was read, not yet believed: `text` ends with its newline and is what was signed. */
export interface Note {
  readonly text: string;
  readonly signatures: readonly Signature[];
}

/** What a checkpoint says: the log of this origin had this many entries and this root. */
export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array<ArrayBuffer>;
}

async function keyHash(name: string, key: Uint8Array): Promise<string> {
  const named = utf8(`${name}\n`);
  const whole = new Uint8Array(named.length + key.length);
  whole.set(named);
  whole.set(key, named.length);
  return toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", whole)).slice(0, 4));
}

/** Reads `name+8 hex digits+base64`; a slip in any part of it shows, since the hash is of the rest. */
export async function readKey(text: string): Promise<VerifierKey> {
  const found = /^([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)$/.exec(text.trim());
  if (!found) throw new WrongForm("is not a log key: it has the form name+8 letters and digits+key");
  const [, name = "", hash = "", encoded = ""] = found;
  const key = fromBase64(encoded);
  if (key[0] !== ED25519 || key.length !== 33) throw new WrongForm("is a key of another kind than Ed25519");
  if ((await keyHash(name, key)) !== hash) throw new WrongForm("has a slip in it: its parts do not belong together");
  return { name, hash, public_key: key.slice(1) };
}

/** Reads a note's form, strictly: text, an empty line, and one line for each signature. */
export function readNote(whole: string): Note {
  if (whole.length > LONGEST_NOTE || !whole.endsWith("\n")) throw new WrongForm("is not a signed note");
  const end = whole.lastIndexOf("\n\n");
  if (end < 0) throw new WrongForm("has no signatures");
  const lines = whole.slice(end + 2, -1).split("\n");
  return { text: whole.slice(0, end + 1), signatures: lines.map(readSignature) };
}

function readSignature(line: string): Signature {
  const found = /^\u2014 (\S+) ([A-Za-z0-9+/]+=*)$/.exec(line);
  if (!found?.[1] || !found[2]) throw new WrongForm("has a line that is not a signature");
  const bytes = fromBase64(found[2]);
  if (bytes.length < 5) throw new WrongForm("has a signature that is too short");
  return { name: found[1], hash: toHex(bytes.slice(0, 4)), sig: bytes.slice(4) };
}

/** The three lines of a checkpoint; later lines are for extensions, and are passed by. */
export function readCheckpoint(text: string): Checkpoint {
  const [origin = "", size = "", root = ""] = text.split("\n");
  if (origin === "" || !/^(?:0|[1-9][0-9]{0,15})$/.test(size)) throw new WrongForm("is not a checkpoint");
  const bytes = fromBase64(root);
  if (bytes.length !== 32 || !Number.isSafeInteger(Number(size))) throw new WrongForm("is not a checkpoint");
  return { origin, size: Number(size), root: bytes };
}

/** The note's signatures that claim to be by this key. */
export const signaturesBy = (note: Note, key: VerifierKey): readonly Signature[] =>
  note.signatures.filter((one) => one.name === key.name && one.hash === key.hash);
