// A whole pack checked, step after step: what is wrong with it, what was not looked at, and what its visit came to.
import {
  checkBodies,
  checkCheckpoint,
  checkHashes,
  checkInclusion,
  checkSignatures,
  checkTimestamp,
  type Found,
  finding,
  type Read,
  readPack,
} from "./checks.ts";
import type { VerifierKey } from "./note.ts";
import { checkChain, checkGrades, checkPolicies, checkVerdict, type Outcome, workOut } from "./outcome.ts";
import { type Files, Unreadable } from "./pack.ts";
import type { Fault, Note, Step } from "./words.ts";

export type Mark = "good" | "bad" | "unchecked";

export interface Report {
  readonly marks: ReadonlyMap<Step, Mark>;
  readonly faults: readonly Fault[];
  readonly notes: readonly Note[];
  readonly read: Read | null;
  readonly outcome: Outcome | null;
}

/** Checks everything that can be; a step that hangs on what cannot be read is left unchecked. */
export async function verify(files: Files, key: VerifierKey): Promise<Report> {
  const marks = new Map<Step, Mark>();
  const faults: Fault[] = [];
  const notes: Note[] = [];
  const add = async (step: Step, ...works: (() => Found | Promise<Found>)[]): Promise<void> => {
    const found = await Promise.all(works.map(finding));
    for (const one of found) {
      for (const fault of one.faults) if (!isTold(faults, fault)) faults.push(fault);
      notes.push(...(one.notes ?? []));
    }
    const is_bad = found.some((one) => one.faults.length > 0);
    marks.set(step, is_bad ? "bad" : found.some((one) => one.is_unchecked) ? "unchecked" : "good");
  };
  await add("hashes", () => checkHashes(files));
  const read = reads(files, faults);
  if (read === null) return { marks, faults, notes, read, outcome: null };
  const signed = new Set<number>();
  await add("signatures", () => checkSignatures(read, signed));
  const outcome = await worksOut(read, signed, faults);
  await add(
    "chain",
    () => checkBodies(read),
    () => (outcome ? checkChain(read, outcome) : UNDONE),
  );
  await add("inclusion", () => checkInclusion(read));
  await add("checkpoint", () => checkCheckpoint(read, key));
  await add("timestamp", () => checkTimestamp(read));
  await add("grades", () => (outcome ? checkGrades(read, outcome) : UNDONE));
  await add(
    "verdict",
    () => checkPolicies(read),
    () => (outcome ? checkVerdict(read, outcome) : UNDONE),
  );
  return { marks, faults, notes: [...notes, { code: "report" }], read, outcome };
}

const UNDONE: Found = { faults: [], is_unchecked: true };

const isTold = (faults: readonly Fault[], { file, code }: Fault): boolean =>
  faults.some((one) => one.file === file && (one.code === "missing" || (one.code === code && code === "form")));

function reads(files: Files, faults: Fault[]): Read | null {
  try {
    return readPack(files);
  } catch (fault) {
    if (!(fault instanceof Unreadable)) throw fault;
    if (!isTold(faults, fault.fault)) faults.push(fault.fault);
    return null;
  }
}

async function worksOut(read: Read, signed: ReadonlySet<number>, faults: Fault[]): Promise<Outcome | null> {
  try {
    return await workOut(read, signed);
  } catch (fault) {
    if (!(fault instanceof Unreadable)) throw fault;
    if (!isTold(faults, fault.fault)) faults.push(fault.fault);
    return null;
  }
}
