// From what arrived of a visit to its chain, the twin of the office's: which events count, and the fault of each other.
import { rootPrev } from "./chain.ts";
import { CLOSING, KINDS, type Own, WITHDRAWAL_MS } from "./events.ts";
import type { HeardEvent } from "./hearing.ts";
import type { Told } from "./reading.ts";

/** One stored body: `event` is null where it is malformed; `fault` is the one that was found on arrival. */
export interface Stated {
  readonly position: number;
  readonly sha256: string;
  readonly received_at: number;
  readonly fault: string | null;
  readonly event: Told | null;
  /** An enrolled phone signed it, or a later event of its chain, which vouches for all before it. */
  readonly is_signed: boolean;
}

export interface Link {
  readonly body: Stated;
  readonly event: Told;
}

/** A visit's events that count, in order of `n`, without withdrawn ones; the faults of the others by position. */
export interface Chain {
  readonly links: readonly Link[];
  readonly faults: ReadonlyMap<number, string>;
  readonly withdrawn: ReadonlyMap<number, string>;
  readonly started: Told | null;
  readonly closing: Told | null;
}

const ALLOWED_AFTER_CLOSE: readonly string[] = ["access_gained", "note_added"];

/** Orders one visit's bodies by `n`, walks them from the root, and says which count and why the others do not. */
export async function link(stated: readonly Stated[]): Promise<Chain> {
  const faults = new Map<number, string>();
  const usable: Link[] = [];
  for (const body of stated) {
    if (body.event === null || body.fault !== null) faults.set(body.position, body.fault ?? "malformed");
    else usable.push({ body, event: body.event });
  }
  const mine = ofOwner(faults, usable);
  const followers = countFollowers(mine);
  mine.sort(
    (a, b) =>
      a.event.n - b.event.n ||
      (followers.get(b.body.sha256) ?? 0) - (followers.get(a.body.sha256) ?? 0) ||
      (a.body.sha256 < b.body.sha256 ? -1 : 1),
  );
  const started = mine.find(({ event }) => event.kind === "visit_started")?.event ?? null;
  const kept = beforeClose(faults, rising(faults, await walk(faults, mine)));
  const { links, withdrawn } = withdraw(faults, kept);
  const closing = links.find(({ event }) => CLOSING.includes(event.kind))?.event ?? null;
  return { links, faults, withdrawn, started, closing };
}

/** The event as the judge takes it. */
export const heard = (event: Told): HeardEvent =>
  ({ ...event.own, n: event.n, kind: event.kind, at: event.at, t: event.t }) as HeardEvent;

/** The first event of a kind that counts. */
export const firstOf = (chain: Chain, kind: string): Link | undefined =>
  chain.links.find(({ event }) => event.kind === kind);

/** An own field that the vocabulary promises is a text; empty where an optional one was left out. */
export const textOf = (own: Own, field: string): string => String(own[field] ?? "");

/** The visit is of the operative whose `visit_started` came first; until one comes, of whoever stated first. */
function ofOwner(faults: Map<number, string>, usable: readonly Link[]): Link[] {
  const is_later = ({ event }: Link) => (event.kind === "visit_started" ? 0 : 1);
  const by_arrival = [...usable].sort((a, b) => is_later(a) - is_later(b) || a.body.position - b.body.position);
  const owner = by_arrival[0]?.event.actor_id;
  for (const { body, event } of usable) if (event.actor_id !== owner) faults.set(body.position, "not_assigned");
  return usable.filter(({ event }) => event.actor_id === owner);
}

/** How many events follow each, one after another: of two children of one event, the longer line counts. */
function countFollowers(usable: readonly Link[]): Map<string, number> {
  const followers = new Map(usable.map(({ body }) => [body.sha256, 0]));
  const by_hash = new Map(usable.map(({ body, event }) => [body.sha256, event]));
  for (const { body, event } of [...usable].sort((a, b) => b.event.n - a.event.n)) {
    const before = by_hash.get(event.prev);
    if (before && before.n + 1 === event.n)
      followers.set(event.prev, Math.max(followers.get(event.prev) ?? 0, (followers.get(body.sha256) ?? 0) + 1));
  }
  return followers;
}

async function walk(faults: Map<number, string>, mine: readonly Link[]): Promise<Link[]> {
  const linked: Link[] = [];
  const forked = new Set<string>();
  let head = "";
  let next_n = 0;
  for (const one of mine) {
    const { body, event } = one;
    if (linked.length === 0) head = await rootOf(event);
    if (forked.has(event.prev) || event.n < next_n || (event.n === next_n && event.prev !== head)) {
      faults.set(body.position, "fork");
      forked.add(body.sha256);
      continue;
    }
    if (event.n > next_n) faults.set(body.position, "gap");
    linked.push(one);
    head = body.sha256;
    next_n = event.n + 1;
  }
  return linked;
}

/** What the first event must follow. Only `visit_started` can say; any other kind at n = 0 follows nothing. */
async function rootOf({ kind, own }: Told): Promise<string> {
  return kind === "visit_started" ? rootPrev(textOf(own, "snapshot_sha256"), textOf(own, "policy_version")) : "";
}

/** The stopwatch never runs backwards and gives no two events the same time. */
function rising(faults: Map<number, string>, linked: readonly Link[]): Link[] {
  const kept: Link[] = [];
  for (const one of linked) {
    if (one.event.t <= (kept.at(-1)?.event.t ?? -1)) faults.set(one.body.position, "malformed");
    else kept.push(one);
  }
  return kept;
}

function beforeClose(faults: Map<number, string>, linked: readonly Link[]): Link[] {
  const kept: Link[] = [];
  let is_closed = false;
  for (const one of linked) {
    if (is_closed && !ALLOWED_AFTER_CLOSE.includes(one.event.kind)) {
      faults.set(one.body.position, "after_close");
      continue;
    }
    kept.push(one);
    is_closed ||= CLOSING.includes(one.event.kind);
  }
  return kept;
}

/** A slip of the thumb may be withdrawn within 60 s on the stopwatch; it and its withdrawal are both taken out. */
function withdraw(faults: Map<number, string>, linked: readonly Link[]) {
  const by_n = new Map(linked.map(({ event }) => [event.n, event]));
  const gone = new Set<number>();
  const withdrawn = new Map<number, string>();
  for (const { body, event } of linked) {
    if (event.kind !== "event_withdrawn") continue;
    const slip = by_n.get(Number(event.own.withdrawn_n));
    const later = slip ? event.t - slip.t : 0;
    if (!slip || gone.has(slip.n) || !KINDS[slip.kind]?.may_be_withdrawn || later <= 0 || later > WITHDRAWAL_MS)
      faults.set(body.position, "malformed");
    else {
      gone.add(slip.n);
      withdrawn.set(slip.n, textOf(event.own, "reason"));
    }
    gone.add(event.n);
  }
  return { links: linked.filter(({ event }) => !gone.has(event.n)), withdrawn };
}
