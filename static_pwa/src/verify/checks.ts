// The eight steps by which a pack is checked, each over bytes alone: what is wrong, and what was not looked at.
import { sha256 } from "../domain/chain.ts";
import { readTold } from "../domain/reading.ts";
import { fromBase64Url, fromUtf8, WrongForm } from "./encodings.ts";
import {
  type Checkpoint,
  readCheckpoint,
  readNote,
  type Note as SignedNote,
  signaturesBy,
  type VerifierKey,
} from "./note.ts";
import {
  type Body,
  type Bytes,
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
  readProof,
  SEAL,
  TIMESTAMP,
  tableIn,
  textIn,
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
}

/** Reads what all steps need; the first file that cannot be read is thrown as Unreadable. */
export function readPack(files: Files): Read {
  const visit_id = reading("visit.json", () => textIn(jsonOf(files, "visit.json"), "visit_id"));
  const entries = readEntries(files);
  const bodies = new Map(entries.map(({ position }) => [position, readBody(files, position)]));
  return { files, visit_id, entries, bodies, devices: readDevices(files) };
}

/** Every file is the one that the manifest names. */
export async function checkFiles(files: Files): Promise<Found> {
  const named = reading(MANIFEST, () => Object.entries(tableIn(jsonOf(files, MANIFEST), "files")));
  const faults: Fault[] = [];
  for (const [file, hash] of named) {
    const bytes = files.get(file);
    if (!bytes) faults.push({ file, code: "missing" });
    else if ((await sha256(bytes)) !== hash) faults.push({ file, code: "changed" });
  }
  const known = new Set([MANIFEST, TIMESTAMP, ...Object.values(SEAL), ...named.map(([file]) => file)]);
  for (const file of files.keys()) if (!known.has(file)) faults.push({ file, code: "extra" });
  return { faults };
}

/** The manifest and the seal are there. */
export const checkPresence = (files: Files): Found => ({
  faults: [MANIFEST, ...Object.values(SEAL)]
    .filter((file) => !files.has(file))
    .map((file) => ({ file, code: "missing" })),
});

/** The checkpoint was signed by the log whose key the reader brought. */
export async function checkCheckpoint(files: Files, key: VerifierKey): Promise<Found> {
  const file = SEAL.checkpoint;
  const { note, said } = checkpointOf(files);
  const { origin } = said;
  if (origin !== key.name) return { faults: [{ file, code: "checkpoint_foreign", facts: { origin, name: key.name } }] };
  let is_signed = false;
  for (const { sig } of signaturesBy(note, key)) {
    const holds = await signedByLog(key.public_key, note.text, sig);
    if (holds === null) return { faults: [], notes: [{ code: "ed25519" }], is_unchecked: true };
    is_signed ||= holds;
  }
  return { faults: is_signed ? [] : [{ file, code: "checkpoint_sig" }] };
}

/**
 * From the checkpoint down: it vouches for the export's leaf, that for the export, and that for the manifest. The first
 * that is not vouched for is at fault, and nothing below it.
 */
export async function checkSeal(files: Files): Promise<Found> {
  const head = headOf(files);
  const [leaf, proof] = reading(SEAL.proof, () => {
    const sealed = tableIn(jsonOf(files, SEAL.proof), "export");
    return [readEntry(sealed), readProof(sealed.proof)] as const;
  });
  const is_of_export = (await sha256(bytesOf(files, SEAL.export))) === leaf.sha256;
  if (leaf.kind !== "pack_exported" || !(await isInLog(leaf, proof, head))) {
    // Where proofs belong to this export and yet not one of them leads to the checkpoint, it is the checkpoint's fault.
    const is_other = is_of_export && !(await isAnyInLog(files, head));
    if (is_other) return { faults: [{ file: SEAL.checkpoint, code: "checkpoint_other" }] };
    return { faults: [{ file: SEAL.proof, code: "export_not_in_log" }] };
  }
  if (!is_of_export) return { faults: [{ file: SEAL.export, code: "export_other" }] };
  const sealed = reading(SEAL.export, () => textIn(jsonOf(files, SEAL.export), "manifest_sha256"));
  const is_sealed = (await sha256(bytesOf(files, MANIFEST))) === sealed;
  return { faults: is_sealed ? [] : [{ file: MANIFEST, code: "manifest" }] };
}

/** The checkpoint, not yet believed. */
function checkpointOf(files: Files): { readonly note: SignedNote; readonly said: Checkpoint } {
  const bytes = bytesOf(files, SEAL.checkpoint);
  try {
    const note = readNote(fromUtf8(bytes));
    return { note, said: readCheckpoint(note.text) };
  } catch {
    throw new Unreadable(SEAL.checkpoint, "It is not in the form of a signed checkpoint.");
  }
}

const headOf = (files: Files): Checkpoint => checkpointOf(files).said;

const isInLog = async (entry: Entry, proof: readonly Bytes[], { size, root }: Checkpoint): Promise<boolean> =>
  isIncluded(await leafHash(entry.leaf), entry.position - 1, size, proof, root);

async function isAnyInLog(files: Files, head: Checkpoint): Promise<boolean> {
  const proofs = reading(SEAL.proof, () => tableIn(jsonOf(files, SEAL.proof), "proofs"));
  for (const entry of readEntries(files)) {
    const proof = reading(SEAL.proof, () => readProof(proofs[String(entry.position)]));
    if (await isInLog(entry, proof, head)) return true;
  }
  return false;
}

/** Each signature belongs to its bytes and to a phone that the log enrolled; `signed` gathers those that do. */
export async function checkSignatures(
  { entries, bodies, devices }: Read,
  signed: Set<number>,
  isAtFault: (file: string) => boolean,
): Promise<Found> {
  const faults: Fault[] = [];
  for (const device of devices)
    if (!isAtFault(entryFile(device.position)) && !isEnrolled(device, bodies)) faults.push(notEnrolled(device));
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

/** Every entry stands in the log that the checkpoint states. */
export async function checkInclusion({ files, entries }: Read): Promise<Found> {
  const head = headOf(files);
  const file = SEAL.proof;
  const proofs = reading(file, () => tableIn(jsonOf(files, file), "proofs"));
  const faults: Fault[] = [];
  for (const entry of entries) {
    const proof = reading(file, () => readProof(proofs[String(entry.position)]));
    if (!(await isInLog(entry, proof, head)))
      faults.push({ file, code: "not_in_log", facts: { position: entry.position } });
  }
  return { faults };
}

/** The timestamp, if there is one, is of this checkpoint; who signed it is not looked at here. */
export async function checkTimestamp(files: Files): Promise<Found> {
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
