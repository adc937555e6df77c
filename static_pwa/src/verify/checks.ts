// The eight steps by which a pack is checked, each over bytes alone: what is wrong, and what was not looked at.
import { sha256 } from "../domain/chain.ts";
import { readTold } from "../domain/reading.ts";
import { fromBase64Url, fromUtf8, WrongForm } from "./encodings.ts";
import { type Checkpoint, readCheckpoint, readNote, signaturesBy, type VerifierKey } from "./note.ts";
import {
  type Body,
  bytesOf,
  type Device,
  type Entry,
  entryFile,
  type Files,
  isTable,
  jsonOf,
  MANIFEST,
  readBody,
  readDevices,
  readEntries,
  readEntry,
  reading,
  SEAL,
  TIMESTAMP,
  tableIn,
  textIn,
  textOf,
  Unreadable,
} from "./pack.ts";
import { signedByLog, signedByPhone } from "./signing.ts";
import { isStampOf, readStamp } from "./timestamp.ts";
import { isIncluded, leafHash } from "./tree.ts";
import type { Fault, Note } from "./words.ts";

/** What a step found: nothing wrong is an empty list. `is_unchecked` where the step could not be done at all. */
export interface Found {
  readonly faults: readonly Fault[];
  readonly notes?: readonly Note[];
  readonly is_unchecked?: boolean;
}

/** What the steps read once and share. */
export interface Read {
  readonly files: Files;
  readonly visit_id: string;
  readonly entries: readonly Entry[];
  readonly bodies: ReadonlyMap<number, Body>;
  readonly devices: readonly Device[];
  readonly note: string;
  readonly checkpoint: Checkpoint;
}

/** Reads what all steps need; the first file that cannot be read is thrown as Unreadable. */
export function readPack(files: Files): Read {
  const manifest = jsonOf(files, MANIFEST);
  const visit_id = reading(MANIFEST, () => textIn(manifest, "visit_id"));
  const entries = readEntries(files);
  const bodies = new Map(entries.map(({ position }) => [position, readBody(files, position)]));
  const note = textOf(files, SEAL.checkpoint);
  const checkpoint = reading(SEAL.checkpoint, () => readCheckpoint(readNote(note).text));
  return { files, visit_id, entries, bodies, devices: readDevices(files), note, checkpoint };
}

/** Every file is the one that the manifest names, and the manifest is the one that the log's entry of the export names. */
export async function checkHashes(files: Files): Promise<Found> {
  const named = reading(MANIFEST, () => Object.entries(tableIn(jsonOf(files, MANIFEST), "files")));
  const faults: Fault[] = [];
  for (const [file, hash] of named) {
    const bytes = files.get(file);
    if (!bytes) faults.push({ file, code: "missing" });
    else if ((await sha256(bytes)) !== hash) faults.push({ file, code: "changed" });
  }
  const known = new Set([MANIFEST, TIMESTAMP, ...Object.values(SEAL), ...named.map(([file]) => file)]);
  for (const file of files.keys()) if (!known.has(file)) faults.push({ file, code: "extra" });
  for (const file of Object.values(SEAL)) if (!files.has(file)) faults.push({ file, code: "missing" });
  if (files.has(SEAL.export)) {
    const sealed = reading(SEAL.export, () => textIn(jsonOf(files, SEAL.export), "manifest_sha256"));
    if ((await sha256(bytesOf(files, MANIFEST))) !== sealed) faults.push({ file: MANIFEST, code: "manifest" });
  }
  return { faults };
}

/** Each signature belongs to its bytes and to a phone that the log enrolled; `signed` gathers those that do. */
export async function checkSignatures({ entries, bodies, devices }: Read, signed: Set<number>): Promise<Found> {
  const faults: Fault[] = [];
  for (const device of devices) if (!isEnrolled(device, bodies)) faults.push(notEnrolled(device));
  for (const { position, sig } of entries) {
    const body = bodies.get(position);
    if (sig === null || !body || body.withheld_sha256 !== null) continue;
    const file = entryFile(position);
    const device_id = readTold(body.bytes)?.device_id;
    const device = devices.find((one) => one.device_id === device_id);
    if (!device) faults.push({ file, code: "key_unknown" });
    else if (await isSigned(device, body, sig)) signed.add(position);
    else faults.push({ file, code: "sig_wrong" });
  }
  return { faults };
}

const notEnrolled = ({ device_id }: Device): Fault => ({
  file: "keys.json",
  code: "key_not_logged",
  facts: { device_id },
});

function isEnrolled({ position, device_id, public_key }: Device, bodies: ReadonlyMap<number, Body>): boolean {
  try {
    const enrolled: unknown = JSON.parse(fromUtf8(bodies.get(position)?.bytes ?? new Uint8Array()));
    return (
      isTable(enrolled) &&
      enrolled.kind === "device_enrolled" &&
      enrolled.device_id === device_id &&
      enrolled.public_key === public_key
    );
  } catch {
    return false;
  }
}

async function isSigned(device: Device, body: Body, sig: string): Promise<boolean> {
  try {
    return await signedByPhone(fromBase64Url(device.public_key), body.bytes, fromBase64Url(sig));
  } catch (fault) {
    if (fault instanceof WrongForm) return false;
    throw fault;
  }
}

/** Every body is the one that its entry in the log names. */
export async function checkBodies({ entries, bodies }: Read): Promise<Found> {
  const faults: Fault[] = [];
  let count = 0;
  for (const { position, sha256: named } of entries) {
    const body = bodies.get(position);
    if (body && body.withheld_sha256 !== null) count++;
    const found = body ? (body.withheld_sha256 ?? (await sha256(body.bytes))) : "";
    if (found !== named) faults.push({ file: entryFile(position), code: "body_other", facts: { position } });
  }
  return { faults, notes: count > 0 ? [{ code: "withheld", facts: { count } }] : [] };
}

/** Every entry, and the entry of the export, stands in the log that the checkpoint states. */
export async function checkInclusion(read: Read): Promise<Found> {
  const faults: Fault[] = [];
  for (const entry of read.entries)
    if (!(await isInLog(entry, read.checkpoint)))
      faults.push({ file: "log.json", code: "not_in_log", facts: { position: entry.position } });
  const sealed = reading(SEAL.proof, () => readEntry(jsonOf(read.files, SEAL.proof)));
  const exported = jsonOf(read.files, SEAL.export);
  const is_it = exported.kind === "pack_exported" && exported.visit_id === read.visit_id;
  if (!is_it || sealed.kind !== "pack_exported" || sealed.sha256 !== (await sha256(bytesOf(read.files, SEAL.export))))
    faults.push({ file: SEAL.export, code: "export_other" });
  if (!(await isInLog(sealed, read.checkpoint))) faults.push({ file: SEAL.proof, code: "export_not_in_log" });
  return { faults };
}

const isInLog = async ({ leaf, position, proof }: Entry, { size, root }: Checkpoint): Promise<boolean> =>
  isIncluded(await leafHash(leaf), position - 1, size, proof, root);

/** The checkpoint was signed by the log whose key the reader brought. */
export async function checkCheckpoint(read: Read, key: VerifierKey): Promise<Found> {
  const file = SEAL.checkpoint;
  const { origin } = read.checkpoint;
  if (origin !== key.name) return { faults: [{ file, code: "checkpoint_foreign", facts: { origin, name: key.name } }] };
  const note = readNote(read.note);
  let is_signed = false;
  for (const { sig } of signaturesBy(note, key)) {
    const holds = await signedByLog(key.public_key, note.text, sig);
    if (holds === null) return { faults: [], notes: [{ code: "ed25519" }], is_unchecked: true };
    is_signed ||= holds;
  }
  return { faults: is_signed ? [] : [{ file, code: "checkpoint_sig" }] };
}

/** The timestamp, if there is one, is of this checkpoint; who signed it is not looked at here. */
export async function checkTimestamp({ files }: Read): Promise<Found> {
  const token = files.get(TIMESTAMP);
  if (!token) return { faults: [], notes: [{ code: "timestamp_none" }], is_unchecked: true };
  const stamp = readStamp(token);
  if (!stamp || !(await isStampOf(stamp, bytesOf(files, SEAL.checkpoint))))
    return { faults: [{ file: TIMESTAMP, code: "timestamp" }] };
  return { faults: [], notes: [{ code: "timestamp_chain" }] };
}

/** Runs a step; a file that cannot be read is its fault. */
export async function finding(step: () => Found | Promise<Found>): Promise<Found> {
  try {
    return await step();
  } catch (fault) {
    if (fault instanceof Unreadable) return { faults: [fault.fault] };
    throw fault;
  }
}
