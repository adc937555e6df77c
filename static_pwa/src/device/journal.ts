// Writes taps into a visit's chain: one at a time, each durable before anything is shown, never a fork between tabs.
import type { Entry } from "../app/actions";
import { isClosed } from "../app/door";
import type { Chain, KnownEvent, StoredEvent, Visit, VisitBasis } from "../app/records";
import { type Envelope, rootPrev, textHash, writeBody } from "../domain/chain";
import { ENVELOPE, type Event, faultIn, MAX_BODY_BYTES, type Own } from "../domain/events";
import { advance, gapToNote, type Reading, type Stopwatch, stamped, startStopwatch } from "../domain/stopwatch";
import { WORDS } from "../views/words";
import { anchorMs, newestAnchor } from "./anchors";
import { instant } from "./clock";
import { sign } from "./keys";
import { HeadMoved, type Signer, type Store, type Tap } from "./store";

/** An event as the screens and the judge take it, from its exact text. */
export function readStored(stored: StoredEvent): KnownEvent {
  const body = Object.entries(JSON.parse(stored.body) as Record<string, string | number | boolean>);
  const event = Object.fromEntries(body.filter(([name]) => !ENVELOPE.includes(name))) as unknown as Event;
  const { sha256, installation_id, seq, refused } = stored;
  return { event, sha256, installation_id, seq, ...(refused === undefined ? {} : { refused }) };
}

type Written = Pick<Tap, "chain" | "events" | "signed_by">;

export interface Who extends Signer {
  readonly actor_id: string;
}

/** An event's exact text, its name, and an enrolled phone's signature over it. */
async function seal(envelope: Envelope, own: Own, key: CryptoKey | undefined): Promise<Tap["events"][number]> {
  const body = writeBody(envelope, own);
  if (new TextEncoder().encode(body).length > MAX_BODY_BYTES) throw new Error(WORDS.too_long);
  const sig = key && (await sign(key, "event", body));
  return { n: envelope.n, body, sha256: await textHash(body), ...(sig && { sig }) };
}

/** The bodies of a tap's entries, hanging on the chain's head; a gap in the stopwatch is stated before them. */
async function write(
  basis: VisitBasis,
  chain: Chain | null,
  entries: readonly Entry[],
  now: Reading,
  { device_id, actor_id, private_key }: Who,
  newest: string,
  is_open: boolean,
): Promise<Written> {
  let watch: Stopwatch = chain ? advance(chain.watch, now) : startStopwatch(now);
  // A closed visit waits for nothing: what the stopwatch missed since is nobody's business.
  const gap = is_open ? gapToNote(watch) : null;
  const all = gap ? [{ kind: "clock_gap", own: { ...gap } }, ...entries] : entries;
  if (gap) watch = { ...watch, gap: null };
  let head = chain?.head ?? (await rootPrev(basis.snapshot_sha256, basis.policy.version));
  let n = chain?.next_n ?? 0;
  let last_t = chain?.last_t ?? -1;
  let anchor_ms = chain?.anchor_ms ?? 0;
  const events = [];
  for (const { kind, own } of all) {
    const fault = faultIn(kind, own);
    if (fault) throw new Error(`Nothing was saved: ${fault}`);
    watch = stamped(watch, last_t);
    const envelope = { visit_id: basis.visit_id, n, prev: head, kind, at: instant(now.wall), t: watch.t };
    const sealed = await seal(
      {
        ...envelope,
        mono: Math.max(0, Math.floor(now.mono)),
        boot: now.boot,
        device_id,
        actor_id,
        // An anchor without a signature proves nothing: anybody may have put it there.
        ...(private_key && anchorMs(newest) > anchor_ms && { anchor: newest }),
      },
      own,
      private_key,
    );
    events.push(sealed);
    if (private_key) anchor_ms = Math.max(anchor_ms, anchorMs(newest));
    head = sealed.sha256;
    last_t = watch.t;
    n += 1;
  }
  return {
    chain: { visit_id: basis.visit_id, head, next_n: n, last_t, watch, anchor_ms },
    events,
    signed_by: private_key ? device_id : null,
  };
}

/** Which of two views of a stopwatch goes on: another tab may have moved it further. */
function later(mine: Stopwatch, stored: Stopwatch): Stopwatch {
  return { ...mine, t: Math.max(mine.t, stored.t) };
}

/** A visit, or one that is about to begin. */
type Begun = Omit<Visit, "chain"> & { readonly chain: Chain | null };

/** What becomes durable together with a tap: a photo as evidence, the appointment's new form. */
export interface With {
  readonly keep_photo?: string;
  readonly adopt?: Pick<VisitBasis, "snapshot" | "snapshot_sha256">;
}

export class Journal {
  readonly #store: Store;
  readonly #look: () => Reading;

  constructor(store: Store, look: () => Reading) {
    this.#store = store;
    this.#look = look;
  }

  /** Begins a visit: its first event is durable, with t = 0, when this returns. */
  begin(basis: VisitBasis, who: Who): Promise<Visit> {
    const { appointment_id, snapshot_sha256, policy } = basis;
    const own = { appointment_id, snapshot_sha256, policy_version: policy.version };
    return this.#add({ basis, chain: null, events: [] }, [{ kind: "visit_started", own }], who, {});
  }

  /** Adds a tap to a visit. Tabs take turns; one that has fallen behind reads the chain again and hangs on its end. */
  append(visit: Visit, entries: readonly Entry[], who: Who, also: With = {}): Promise<Visit> {
    return this.#add(visit, entries, who, also);
  }

  #add(visit: Begun, entries: readonly Entry[], who: Who, { keep_photo, adopt }: With): Promise<Visit> {
    return inTurn(async () => {
      let { basis, chain, events } = visit;
      const is_new = !chain;
      for (;;) {
        const written = await write(basis, chain, entries, this.#look(), who, newestAnchor(), !isClosed(visit));
        if (chain && written.events.length === 0) return { basis, chain, events };
        if (adopt) basis = { ...basis, ...adopt };
        try {
          const more = { ...(keep_photo ? { keep_photo } : {}), ...(adopt || is_new ? { basis } : {}) };
          const stored = await this.#store.append({ ...written, expected_head: chain?.head ?? null, ...more });
          return { basis, chain: written.chain, events: [...events, ...stored.map(readStored)] };
        } catch (fault) {
          if (!(fault instanceof HeadMoved)) throw fault;
          const { device_id, private_key } = fault.signer;
          who = { ...who, device_id, private_key };
          const held = await this.#store.visit(basis.visit_id);
          if (!chain && !held) continue;
          if (!chain || !held) throw fault;
          basis = held.basis;
          chain = { ...held.chain, watch: later(chain.watch, held.chain.watch) };
          events = held.events.map(readStored);
        }
      }
    });
  }
}

/** One tab writes at a time, and none while this phone is being enrolled. */
export function inTurn<R>(work: () => Promise<R>): Promise<R> {
  if (!globalThis.navigator?.locks) return work();
  return navigator.locks.request("doorstep-append", work) as Promise<R>;
}
