// Whether what a pack says of its visit follows from its bytes: faults of the chain, verdict and grades, worked out anew.
import { GRADING_VERSION, type Graded } from "../domain/graded.ts";
import { InputRefused } from "../domain/instants.ts";
import type { ClauseVerdict } from "../domain/judge.ts";
import { vouchedFor } from "../domain/laid_out.ts";
import { type Policy, PolicyRefused, readPolicy } from "../domain/policy.ts";
import { type Settled, settle } from "../domain/settling.ts";
import type { Found, Read } from "./checks.ts";
import { fromUtf8 } from "./encodings.ts";
import { gather } from "./gathering.ts";
import { bytesOf, entryFile, isTable, type Json, jsonOf, reading, Unreadable } from "./pack.ts";
import { chainFault, type Fault, type Note } from "./words.ts";

/** What the page makes of the visit, beside what the pack says of it. */
export interface Outcome {
  readonly settled: Settled;
  readonly unsigned: number;
  readonly total: number;
}

export async function workOut(read: Read, signed: ReadonlySet<number>): Promise<Outcome> {
  const dossier = await gather(read.files, read.entries, read.bodies, signed);
  const settled = await settling(() => settle(dossier, read.visit_id, policiesOf(read)));
  const stated = dossier.visits.get(read.visit_id) ?? [];
  const vouched = vouchedFor(stated);
  const unsigned = stated.filter(({ sha256 }) => !vouched.has(sha256)).length;
  return { settled, unsigned, total: stated.length };
}

async function settling<Value>(work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (fault) {
    if (fault instanceof InputRefused)
      throw new Unreadable("visit.json", `Its appointment cannot be judged: ${fault.message}.`);
    throw fault;
  }
}

/** Every policy in the pack, by its version. */
function policiesOf({ files }: Read): Map<string, Policy> {
  const policies = new Map<string, Policy>();
  for (const name of files.keys())
    if (name.startsWith("policy/"))
      try {
        const policy = readPolicy(jsonOf(files, name));
        policies.set(policy.version, policy);
      } catch (fault) {
        if (fault instanceof PolicyRefused) throw new Unreadable(name, `${fault.message}.`);
        throw fault;
      }
  return policies;
}

/** The policy is the one that the log adopted, in that entry's own bytes; where the entry is here to compare. */
export function checkPolicies({ files, entries, bodies }: Read): Found {
  const faults: Fault[] = [];
  for (const { position } of entries.filter(({ kind }) => kind === "policy_adopted")) {
    const adopted: unknown = reading(entryFile(position), () =>
      JSON.parse(fromUtf8(bodies.get(position)?.bytes ?? new Uint8Array())),
    );
    const file = isTable(adopted) ? `policy/${String(adopted.version)}.json` : "";
    if (isTable(adopted) && files.has(file) && fromUtf8(bytesOf(files, file)) !== adopted.policy)
      faults.push({ file, code: "policy" });
  }
  return { faults };
}

/** Which events do not count, and why: what verdict.json leaves unsaid is a fault. */
export function checkChain({ files }: Read, { settled, unsigned, total }: Outcome): Found {
  const said = jsonOf(files, "verdict.json").faults;
  const told: Json = isTable(said) ? said : {};
  const faults: Fault[] = [...settled.faults]
    .filter(([position, fault]) => told[String(position)] !== fault)
    .map(([position, fault]) => ({ file: entryFile(position), code: "chain", facts: { fault: chainFault(fault) } }));
  const notes: Note[] = unsigned > 0 ? [{ code: "unsigned", facts: { count: unsigned, total } }] : [];
  return { faults, notes };
}

export function checkVerdict({ files }: Read, { settled }: Outcome): Found {
  const file = "verdict.json";
  const said = jsonOf(files, file).verdict;
  const { verdict } = settled;
  if (verdict === null || said === null || said === undefined)
    return { faults: verdict === null && !said ? [] : [different(file, "verdict", "this visit", said, verdict)] };
  const clauses = isTable(said) && Array.isArray(said.clauses) ? (said.clauses as Partial<ClauseVerdict>[]) : [];
  const faults: Fault[] = [];
  for (const found of verdict.clauses) {
    const claimed = clauses.find((one) => one.clause === found.clause);
    if (!isSame(claimed, found)) faults.push(different(file, "verdict", found.clause, claimed?.status, found.status));
  }
  if (faults.length === 0 && !isSame(said, verdict))
    faults.push(
      different(
        file,
        "verdict",
        "this visit",
        may(isTable(said) && said.may_record_missed),
        may(verdict.may_record_missed),
      ),
    );
  return { faults };
}

const may = (is_missed: unknown): string =>
  is_missed === true ? "it may be recorded as missed" : "it may not be recorded as missed";

export function checkGrades({ files, bodies }: Read, { settled }: Outcome): Found {
  const file = "grading.json";
  const grading = jsonOf(files, file);
  const is_withheld = [...bodies.values()].some(({ withheld_sha256 }) => withheld_sha256 !== null);
  if (grading.version !== GRADING_VERSION || is_withheld)
    return { faults: [], notes: [{ code: "grades" }], is_unchecked: true };
  const claimed = [...(Array.isArray(grading.clauses) ? grading.clauses : []), grading.place].filter(isTable);
  const found = [...settled.grades, ...(settled.place ? [settled.place] : [])];
  const faults = found.flatMap((graded) => {
    const said = claimed.find(({ clause }) => clause === graded.clause);
    return isSame(bare(said), graded) ? [] : [different(file, "grade", graded.clause, said?.grade, graded.grade)];
  });
  for (const { clause } of claimed)
    if (!found.some((graded) => graded.clause === clause))
      faults.push(different(file, "grade", String(clause), "something", null));
  if ((grading.grade ?? "") !== settled.grade)
    faults.push(different(file, "grade", "this visit", grading.grade, settled.grade));
  return { faults };
}

const bare = (said: Json | undefined): Partial<Graded> | undefined =>
  said &&
  ({
    clause: said.clause,
    grade: said.grade,
    why: said.why,
    facts: said.facts ?? {},
    vouchers: said.vouchers ?? [],
  } as Partial<Graded>);

function different(file: string, code: "grade" | "verdict", clause: string, said: unknown, found: unknown): Fault {
  const word = (value: unknown): string => (typeof value === "string" && value !== "" ? value : "nothing");
  return { file, code, facts: { clause, said: word(said), found: word(found) } };
}

/** Whether two JSON values are the same, whatever the order of their keys. */
function isSame(one: unknown, other: unknown): boolean {
  if (Array.isArray(one) && Array.isArray(other))
    return one.length === other.length && one.every((each, index) => isSame(each, other[index]));
  if (!isTable(one) || !isTable(other)) return one === other;
  const keys = Object.keys(one);
  return keys.length === Object.keys(other).length && keys.every((key) => isSame(one[key], other[key]));
}
