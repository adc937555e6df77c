// What a page can make of one visit from its dossier alone: its chain, its verdict, and how sure each check is.
import { type Dossier, eventKey, type Version } from "./dossier.ts";
import { type Graded, weakestOf } from "./graded.ts";
import { gradeVisit } from "./grading.ts";
import { readHearing } from "./hearing.ts";
import { judge, type Verdict } from "./judge.ts";
import { type Chain, firstOf, heard, link, textOf } from "./linking.ts";
import { contactsIn, match } from "./matching.ts";
import { gradePlace } from "./placing.ts";
import type { Policy } from "./policy.ts";
import type { Told } from "./reading.ts";

export interface Settled {
  readonly chain: Chain;
  readonly faults: ReadonlyMap<number, string>;
  readonly operative_id: string;
  /** The snapshot and the policy that the visit is judged by; null where the office did not give it that pair. */
  readonly version: Version | null;
  readonly policy: Policy | null;
  /** The call that each contact of this visit is matched to, by `n`. */
  readonly matched: ReadonlyMap<number, string>;
  /** As of the record or the closing, or of the latest event where there is none; null where nothing can be judged. */
  readonly verdict: Verdict | null;
  readonly grades: readonly Graded[];
  readonly place: Graded | null;
  /** The weakest; empty where nothing is graded. */
  readonly grade: string;
}

type Policies = ReadonlyMap<string, Policy>;

export async function settle(dossier: Dossier, visit_id: string, policies: Policies): Promise<Settled> {
  const chains = new Map<string, Chain>();
  for (const [each, stated] of dossier.visits) chains.set(each, await link(stated));
  const chain = chains.get(visit_id) ?? (await link([]));
  const operative_id = ownerOf(dossier, visit_id, chain);
  const faults = new Map(chain.faults);
  const { version, policy } = served(dossier, chain, operative_id, policies, faults);
  const matched = matchedOf(dossier, visit_id, chains);
  const seen = { chain, faults, operative_id, version, policy, matched };
  const nothing: Settled = { ...seen, verdict: null, grades: [], place: null, grade: "" };
  const now = chain.closing ?? chain.links.at(-1)?.event;
  if (!version || !policy || !now) return nothing;
  const verdict = verdictAt(version.snapshot, chain, policy, now);
  if (chain.closing?.kind !== "missed_recorded") return { ...nothing, verdict };
  const its = { dossier, visit_id, operative_id, chain, matched, policy, version, verdict };
  const grades = gradeVisit(its);
  return { ...seen, verdict, grades, place: gradePlace(its), grade: gradeOfVisit(policy, grades) };
}

/** Whose visit it is: who started it, or, until that arrives, who stated the first thing that did. */
const ownerOf = (dossier: Dossier, visit_id: string, chain: Chain): string =>
  (chain.started ?? dossier.visits.get(visit_id)?.find(({ event }) => event)?.event)?.actor_id ?? "";

/** The snapshot and policy that the chain names, where this operative was given that very pair. */
function served(
  dossier: Dossier,
  chain: Chain,
  operative_id: string,
  policies: Policies,
  faults: Map<number, string>,
): { version: Version | null; policy: Policy | null } {
  const started = firstOf(chain, "visit_started");
  if (!started) return { version: null, policy: null };
  const mine = dossier.servings.filter((serving) => serving.operative_id === operative_id);
  const policy_version = textOf(started.event.own, "policy_version");
  let named = textOf(started.event.own, "snapshot_sha256");
  let { position } = started.body;
  let is_known = mine.some((one) => one.sha256 === named && one.policy_version === policy_version);
  for (const { body, event } of chain.links)
    if (is_known && event.kind === "snapshot_adopted") {
      named = textOf(event.own, "snapshot_sha256");
      position = body.position;
      is_known = mine.some(({ sha256 }) => sha256 === named);
    }
  if (!is_known) {
    faults.set(position, "unknown_snapshot");
    return { version: null, policy: null };
  }
  const version = dossier.versions.find(({ sha256 }) => sha256 === named) ?? null;
  return { version, policy: policies.get(policy_version) ?? null };
}

/** What is optional does not weaken a visit's grade, but a contradiction there does. */
function gradeOfVisit(policy: Policy, grades: readonly Graded[]): string {
  const optional = new Set(policy.clauses.filter((clause) => clause.optional).map(({ clause }) => clause));
  const counted = grades.filter(({ clause, grade }) => !optional.has(clause) || grade === "contradicted");
  return counted.length > 0 ? weakestOf(counted).grade : "";
}

function matchedOf(dossier: Dossier, visit_id: string, chains: ReadonlyMap<string, Chain>): Map<number, string> {
  const matched = match(
    dossier,
    [...chains].flatMap(([each, chain]) => contactsIn(each, chain)),
  );
  const mine = new Map<number, string>();
  for (const { event } of chains.get(visit_id)?.links ?? []) {
    const call_id = matched.get(eventKey(visit_id, event.n));
    if (call_id !== undefined) mine.set(event.n, call_id);
  }
  return mine;
}

function verdictAt(snapshot: unknown, chain: Chain, policy: Policy, now: Told): Verdict {
  const is_record = now.kind === "missed_recorded";
  const before = chain.links.map(({ event }) => event).filter(({ n }) => (is_record ? n < now.n : n <= now.n));
  const hearing = readHearing(snapshot, before.map(heard), { at: now.at, t: now.t });
  return judge(policy, hearing.appointment, hearing.events, hearing.now);
}
