// A whole pack checked, step after step: what is wrong with it, what was not looked at, and what its visit came to.
import {
  checkBodies,
  checkCheckpoint,
  checkFiles,
  checkInclusion,
  checkPresence,
  checkSeal,
  checkSignatures,
  checkTimestamp,
  type Found,
  type Read,
  readPack,
} from "./checks.ts";
import type { VerifierKey } from "./note.ts";
import { checkChain, checkGrades, checkPolicies, checkVerdict, type Outcome, workOut } from "./outcome.ts";
import { type Files, MANIFEST, SEAL, TIMESTAMP, Unreadable } from "./pack.ts";
import type { Fault, Note, Step } from "./words.ts";

export type Mark = "good" | "bad" | "unchecked";

export interface Report {
  readonly files: Files;
  readonly marks: ReadonlyMap<Step, Mark>;
  readonly faults: readonly Fault[];
  readonly notes: readonly Note[];
  readonly outcome: Outcome | null;
}

type Work = () => Found | Promise<Found>;

/** The steps as they go: what is wrong so far, so that nothing is blamed that only rests on what is. */
class Steps {
  readonly marks = new Map<Step, Mark>();
  readonly faults: Fault[] = [];
  readonly notes: Note[] = [];

  /** Whether one of these files was found at fault; of any file where none is named. */
  isAtFault(...files: string[]): boolean {
    return this.faults.some(({ file }) => files.length === 0 || files.includes(file));
  }

  /** Runs a step's work, unless a file that it rests on is at fault. */
  async run(step: Step, works: readonly Work[], is_vain = false): Promise<void> {
    const faults_before = this.faults.length;
    let is_unchecked = is_vain;
    for (const work of is_vain ? [] : works) {
      const found = await this.read(work);
      is_unchecked ||= found?.is_unchecked ?? false;
      this.notes.push(...(found?.notes ?? []));
      const blamed = new Set(this.faults.slice(0, faults_before).map(({ file }) => file));
      const new_faults = (found?.faults ?? []).filter(({ file }) => !blamed.has(file));
      this.faults.push(...new_faults);
      // What fails only because its file is at fault already was not shown to hold either.
      is_unchecked ||= new_faults.length < (found?.faults.length ?? 0);
    }
    const mark = is_unchecked ? "unchecked" : "good";
    if (this.marks.get(step) !== "bad") this.marks.set(step, this.faults.length > faults_before ? "bad" : mark);
  }

  /** What a piece of work gives; a file that cannot be read is at fault, and gives nothing. */
  async read<Value>(work: () => Value | Promise<Value>): Promise<Value | null> {
    try {
      return await work();
    } catch (fault) {
      if (!(fault instanceof Unreadable)) throw fault;
      if (!this.isAtFault(fault.file)) this.faults.push(fault.fault);
      return null;
    }
  }
}

/** Checks everything that can be checked. */
export async function verify(files: Files, key: VerifierKey): Promise<Report> {
  const steps = new Steps();
  await steps.run("hashes", [() => checkPresence(files)]);
  const is_cut = steps.isAtFault(SEAL.checkpoint);
  await steps.run("checkpoint", [() => checkCheckpoint(files, key)], is_cut);
  // An altered checkpoint vouches for nothing: what it does not vouch for is not at fault by that.
  const is_unsealed = steps.isAtFault(SEAL.checkpoint);
  await steps.run("hashes", [() => checkSeal(files)], is_unsealed || steps.isAtFault());
  // An altered list of files says nothing of the files: then the steps below find what they can.
  await steps.run("hashes", [() => checkFiles(files)], steps.isAtFault(MANIFEST));
  await steps.run("timestamp", [() => checkTimestamp(files)], is_unsealed || steps.isAtFault(TIMESTAMP));
  // An altered list of entries may name others than are here.
  const read = steps.isAtFault("log.json") ? null : await steps.read(() => readPack(files));
  const outcome = read && (await checkContents(steps, read));
  const rests: Note[] = steps.faults.length > 0 ? [{ code: "rests" }] : [];
  return {
    files,
    marks: steps.marks,
    faults: steps.faults,
    notes: [...steps.notes, ...rests, { code: "report" }],
    outcome,
  };
}

/** What the files say of the log and of the visit. */
async function checkContents(steps: Steps, read: Read): Promise<Outcome | null> {
  const signed = new Set<number>();
  await steps.run(
    "signatures",
    [() => checkSignatures(read, signed, (file) => steps.isAtFault(file))],
    steps.isAtFault("keys.json"),
  );
  const is_unproved = steps.isAtFault(SEAL.checkpoint, SEAL.proof);
  await steps.run("inclusion", [() => checkInclusion(read)], is_unproved);
  await steps.run("chain", [() => checkBodies(read)]);
  // A verdict that is worked out from altered bytes would blame the files that are right.
  const is_vain = steps.faults.some(({ file }) => !APART.includes(file));
  const outcome = is_vain ? null : await steps.read(() => workOut(read, signed));
  const on = (work: (outcome: Outcome) => Found): Work[] => (outcome ? [() => work(outcome)] : []);
  await steps.run(
    "chain",
    on((one) => checkChain(read, one)),
    outcome === null,
  );
  await steps.run(
    "grades",
    on((one) => checkGrades(read, one)),
    outcome === null,
  );
  await steps.run("verdict", [() => checkPolicies(read), ...on((one) => checkVerdict(read, one))], outcome === null);
  return outcome;
}

/** Files on which no verdict rests. */
const APART: readonly string[] = [
  ...Object.values(SEAL),
  TIMESTAMP,
  MANIFEST,
  "report.pdf",
  "certificate.txt",
  "verify.html",
];
