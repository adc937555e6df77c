// The phone's store: every write is strict, and every event is in it before a screen shows it.

import type { Lost } from "../app/device";
import type {
  Chain,
  Day,
  Person,
  PlannerCall,
  Queue,
  Standing,
  StoredEvent,
  StoredPhoto,
  VisitBasis,
} from "../app/records";
import { joined, type Sending } from "../app/sending";
import type { Stopwatch } from "../domain/stopwatch";
import { ask, Database } from "./database";

interface Meta {
  queue: Queue;
  person: Person | null;
  needs_sign_in: boolean;
  day: Day | null;
  sent_at: string | null;
  sending: Sending | null;
  lost: Lost | null;
}
type Name = "meta" | "visits" | "chains" | "events" | "photos" | "standings" | "calls";
export type Held = Meta & {
  /** The store was empty: this start made it. */
  is_first: boolean;
  visits: VisitBasis[];
  chains: Chain[];
  events: StoredEvent[];
  photos: StoredPhoto[];
  standings: Standing[];
  calls: PlannerCall[];
};

/** Another tab has added to this visit: what was about to be written hangs on an old head, and must be made anew. */
export class HeadMoved extends Error {}

/** No room: the phone's disk is full, or the browser's share of it. */
export const isFull = (fault: unknown): boolean => fault instanceof DOMException && fault.name === "QuotaExceededError";

/** What a day's taps need many times over: given up where the disk is full, so that they still fit. */
const RESERVE_BYTES = 1_000_000;
/** Bytes that cannot be packed small, or a reserve would reserve nothing. */
function unpackable(size_bytes: number): Uint8Array {
  const bytes = new Uint8Array(size_bytes);
  for (let at = 0; at < size_bytes; at += 65_536) crypto.getRandomValues(bytes.subarray(at, at + 65_536));
  return bytes;
}

/** What one tap writes, all of it or nothing. */
export interface Tap {
  readonly basis?: VisitBasis;
  readonly chain: Chain;
  readonly expected_head: string | null;
  readonly events: readonly { readonly n: number; readonly body: string; readonly sha256: string }[];
  readonly keep_photo?: string;
}

const NAMES: Name[] = ["meta", "visits", "chains", "events", "photos", "standings", "calls"];
const LAST = Number.MAX_SAFE_INTEGER;

type Of = (name: Name) => IDBObjectStore;
const meta = <K extends keyof Meta>(of: Of, key: K): Promise<Meta[K] | undefined> => ask(of("meta").get(key));
const all = <T>(of: Of, name: Name): Promise<T[]> => ask(of(name).getAll());
const queueOf = (of: Of): Promise<Queue> => meta(of, "queue") as Promise<Queue>;
const unacknowledged = (of: Of, { installation_id, acked }: Queue, at_most?: number): Promise<StoredEvent[]> =>
  ask(
    of("events")
      .index("queue")
      .getAll(IDBKeyRange.bound([installation_id, acked + 1], [installation_id, LAST]), at_most),
  );
const cursor = (queue: Queue, actor_id: string): string => `feed/${queue.installation_id}/${actor_id}`;

/** Changes what is held under a key, if anything is. */
async function amend<T>(shelf: IDBObjectStore | IDBIndex, key: IDBValidKey, change: (held: T) => T): Promise<void> {
  const held: T | undefined = await ask(shelf.get(key));
  if (held) ("objectStore" in shelf ? shelf.objectStore : shelf).put(change(held));
}

function make(db: IDBDatabase): void {
  db.createObjectStore("meta");
  for (const name of ["visits", "chains", "standings"]) db.createObjectStore(name, { keyPath: "visit_id" });
  const events = db.createObjectStore("events", { keyPath: ["visit_id", "n"] });
  events.createIndex("queue", ["installation_id", "seq"], { unique: true });
  db.createObjectStore("photos", { keyPath: "sha256" });
  db.createObjectStore("calls", { keyPath: "call_id" });
}

export class Store {
  readonly #db: Database<Name>;

  constructor(name = "doorstep") {
    this.#db = new Database(name, make);
  }

  /** Told when a write used up the reserve: from then on there is no room for a photo. */
  onFull: () => void = () => undefined;

  /**
   * What finds no room is tried again with the reserve's: also where another write has just given that up, and once
   * more a little later, since a browser counts what was deleted only when it gets to it.
   */
  async #write<R>(names: Name[], work: (of: Of) => R): Promise<Awaited<R>> {
    for (let tries = 0; ; tries += 1) {
      try {
        return await this.#db.run(names, "readwrite", work);
      } catch (fault) {
        if (!isFull(fault) || tries === 2) throw fault;
        await this.#db.run(["meta"], "readwrite", (of) => void of("meta").delete("reserve"));
        this.onFull();
        await new Promise((again) => setTimeout(again, tries * 250));
      }
    }
  }
  /** Puts the reserve there if it is not; false where there is no room for it. */
  async keepReserve(): Promise<boolean> {
    try {
      return await this.#db.run(["meta"], "readwrite", async (of) => {
        if ((await ask(of("meta").getKey("reserve"))) === undefined)
          of("meta").put(unpackable(RESERVE_BYTES), "reserve");
        return true;
      });
    } catch (fault) {
      if (!isFull(fault)) throw fault;
      return false;
    }
  }
  /** Whether so much could be written now: tried, since browsers do not say how full the disk is. */
  async hasRoomFor(size_bytes: number): Promise<boolean> {
    try {
      await this.#db.run(["meta"], "readwrite", (of) => void of("meta").put(unpackable(size_bytes), "trial"));
      return true;
    } catch (fault) {
      if (!isFull(fault)) throw fault;
      return false;
    } finally {
      await this.#db.run(["meta"], "readwrite", (of) => void of("meta").delete("trial"));
    }
  }
  async #put<K extends keyof Meta>(key: K, value: Meta[K]): Promise<void> {
    await this.#write(["meta"], async (of) => void of("meta").put(value, key));
  }
  putPerson = (person: Person | null): Promise<void> => this.#put("person", person);
  putNeedsSignIn = (needed: boolean): Promise<void> => this.#put("needs_sign_in", needed);
  putDay = (day: Day | null): Promise<void> => this.#put("day", day);
  putLost = (lost: Lost | null): Promise<void> => this.#put("lost", lost);
  /** What the last round of sending came to. */
  putSending(sending: Sending): Promise<void> {
    return this.#write(
      ["meta"],
      async (of) => void of("meta").put(joined((await meta(of, "sending")) ?? null, sending), "sending"),
    );
  }

  /** Everything but the photos' bytes, asked for at once: a start waits once for the phone's disk. */
  async load(new_installation_id: string): Promise<Held> {
    const held = await this.#db.run(NAMES, "readonly", async (of) => {
      const [
        queue,
        person,
        needs_sign_in,
        day,
        sent_at,
        sending,
        lost,
        visits,
        chains,
        events,
        photos,
        standings,
        calls,
      ] = await Promise.all([
        meta(of, "queue"),
        meta(of, "person"),
        meta(of, "needs_sign_in"),
        meta(of, "day"),
        meta(of, "sent_at"),
        meta(of, "sending"),
        meta(of, "lost"),
        all<VisitBasis>(of, "visits"),
        all<Chain>(of, "chains"),
        all<StoredEvent>(of, "events"),
        all<StoredPhoto>(of, "photos"),
        all<Standing>(of, "standings"),
        all<PlannerCall>(of, "calls"),
      ]);
      return {
        queue,
        person: person ?? null,
        needs_sign_in: needs_sign_in === true,
        day: day ?? null,
        sent_at: sent_at ?? null,
        sending: sending ?? null,
        lost: lost ?? null,
        is_first: queue === undefined,
        visits,
        chains,
        events,
        photos: photos.map((photo) => ({ ...photo, bytes: null })),
        standings,
        calls,
      };
    });
    return { ...held, queue: held.queue ?? (await this.#firstQueue(new_installation_id)) };
  }

  /** The first start on a phone gives it its installation id; of two tabs at once, one gives it. */
  #firstQueue(installation_id: string): Promise<Queue> {
    return this.#write(["meta"], async (of) => {
      const queue = (await meta(of, "queue")) ?? { installation_id, next_seq: 1, acked: 0 };
      of("meta").put(queue, "queue");
      return queue;
    });
  }

  /** Writes a tap's events with their places in the queue, the chain's new head and the stopwatch: one transaction. */
  append(tap: Tap): Promise<StoredEvent[]> {
    return this.#write(["meta", "visits", "chains", "events", "photos"], async (of) => {
      const { visit_id } = tap.chain;
      const held: Chain | undefined = await ask(of("chains").get(visit_id));
      if ((held?.head ?? null) !== tap.expected_head) throw new HeadMoved(visit_id);
      const queue = await queueOf(of);
      const { installation_id, next_seq } = queue;
      const stored = tap.events.map((event, index) => ({ ...event, visit_id, installation_id, seq: next_seq + index }));
      for (const event of stored) of("events").add(event);
      of("meta").put({ ...queue, next_seq: next_seq + stored.length }, "queue");
      of("chains").put(tap.chain);
      if (tap.basis) of("visits").put(tap.basis);
      if (tap.keep_photo)
        await amend<StoredPhoto>(of("photos"), tap.keep_photo, (photo) => ({ ...photo, is_kept: true }));
      return stored;
    });
  }

  /** Keeps where the stopwatch stands, unless another tab has gone further. */
  putWatch(visit_id: string, watch: Stopwatch): Promise<void> {
    return this.#write(["chains"], (of) =>
      amend<Chain>(of("chains"), visit_id, (chain) => (watch.t < chain.watch.t ? chain : { ...chain, watch })),
    );
  }

  /** One visit as it stands now, for a tab that has fallen behind. */
  visit(visit_id: string): Promise<{ chain: Chain; basis: VisitBasis; events: StoredEvent[] } | null> {
    return this.#db.run(["visits", "chains", "events"], "readonly", async (of) => {
      const chain: Chain | undefined = await ask(of("chains").get(visit_id));
      const basis: VisitBasis = await ask(of("visits").get(visit_id));
      const range = IDBKeyRange.bound([visit_id, 0], [visit_id, LAST]);
      return chain ? { chain, basis, events: await ask<StoredEvent[]>(of("events").getAll(range)) } : null;
    });
  }

  /** The next events to send, in the queue's order, and how far the office's feed has been read. */
  unsent(actor_id: string, at_most: number): Promise<{ queue: Queue; after: number | null; events: StoredEvent[] }> {
    return this.#db.run(["meta", "events"], "readonly", async (of) => {
      const queue = await queueOf(of);
      const after: number | undefined = await ask(of("meta").get(cursor(queue, actor_id)));
      return { queue, after: after ?? null, events: await unacknowledged(of, queue, at_most) };
    });
  }

  /**
   * Keeps a day and where its visits stand, or nothing of it where the feed was read beyond it meanwhile: in one
   * transaction, so that nothing newer comes between. The feed is first read from where the day's own answer left off.
   */
  takeDay(actor_id: string, day: Day): Promise<boolean> {
    return this.#write(["meta", "standings"], async (of) => {
      const key = cursor(await queueOf(of), actor_id);
      const after: number | undefined = await ask(of("meta").get(key));
      if (after !== undefined && after > day.feed_next) return false;
      of("meta").put(day, "day");
      for (const standing of day.visits) of("standings").put(standing);
      if (after === undefined) of("meta").put(day.feed_next, key);
      return true;
    });
  }

  /** What a sync answered, in one transaction: the feed's cursor never runs ahead of what was kept of it. */
  acknowledge(answer: {
    queue: Queue;
    actor_id: string;
    acked: number;
    refused: readonly { seq: number; reason: string }[];
    after: number;
    sent_at: string;
    standings: readonly Standing[];
    calls: readonly PlannerCall[];
    unreadable: readonly { sha256: string; why: string }[];
  }): Promise<Queue> {
    return this.#write(["meta", "events", "photos", "standings", "calls"], async (of) => {
      const queue = await queueOf(of);
      if (queue.installation_id !== answer.queue.installation_id) return queue;
      const moved = { ...queue, acked: Math.max(queue.acked, answer.acked) };
      of("meta").put(moved, "queue");
      of("meta").put(answer.after, cursor(queue, answer.actor_id));
      of("meta").put(answer.sent_at, "sent_at");
      for (const standing of answer.standings) of("standings").put(standing);
      for (const call of answer.calls) of("calls").put(call);
      for (const { seq, reason: refused } of answer.refused)
        await amend<StoredEvent>(of("events").index("queue"), [queue.installation_id, seq], (event) => ({
          ...event,
          refused,
        }));
      for (const { sha256, why: unreadable_why } of answer.unreadable)
        await amend<StoredPhoto>(of("photos"), sha256, (photo) => ({ ...photo, unreadable_why }));
      return moved;
    });
  }

  /** The office holds other events under our numbers: what it has not acknowledged is counted anew, under a new id. */
  renewInstallation(old: Queue, installation_id: string): Promise<Queue> {
    return this.#write(["meta", "events"], async (of) => {
      const queue = await queueOf(of);
      if (queue.installation_id !== old.installation_id) return queue;
      const events = await unacknowledged(of, queue);
      events.forEach((event, index) => void of("events").put({ ...event, installation_id, seq: index + 1 }));
      const renewed = { installation_id, next_seq: events.length + 1, acked: 0 };
      of("meta").put(renewed, "queue");
      return renewed;
    });
  }

  /** Never with the reserve's room: that is kept for taps, and given back to them first. */
  async putPhoto(photo: StoredPhoto): Promise<void> {
    if (!(await this.keepReserve())) throw new DOMException("no room", "QuotaExceededError");
    await this.#db.run(["photos"], "readwrite", (of) => void of("photos").put(photo));
  }
  photo(sha256: string): Promise<StoredPhoto | undefined> {
    return this.#db.run(["photos"], "readonly", (of) => ask(of("photos").get(sha256)));
  }
  /** A photo that is taken again was never evidence. One that was kept stays. */
  dropDraft(sha256: string): Promise<void> {
    return this.#write(["photos"], async (of) => {
      const photo: StoredPhoto | undefined = await ask(of("photos").get(sha256));
      if (photo && !photo.is_kept) of("photos").delete(sha256);
    });
  }
  /**
   * Takes off the phone what was begun or said before an instant, with all that belongs to it: where somebody lives, who
   * is to be careful there. What the office does not have whole stays, and so do visits that are `open`.
   */
  forget(before: string, open: readonly string[]): Promise<void> {
    return this.#write(["meta", "visits", "chains", "events", "photos", "standings", "calls"], async (of) => {
      const [queue, visits, photos, standings, calls] = await Promise.all([
        queueOf(of),
        all<VisitBasis>(of, "visits"),
        all<StoredPhoto>(of, "photos"),
        all<Standing>(of, "standings"),
        all<PlannerCall>(of, "calls"),
      ]);
      const waiting = [...(await unacknowledged(of, queue)), ...photos.filter((one) => one.is_kept && !one.is_sent)];
      for (const { visit_id, started_at } of visits) {
        const is_held = open.includes(visit_id) || waiting.some((one) => one.visit_id === visit_id);
        if (started_at >= before || is_held) continue;
        for (const name of ["visits", "chains", "standings"] as const) of(name).delete(visit_id);
        of("events").delete(IDBKeyRange.bound([visit_id, 0], [visit_id, LAST]));
        for (const photo of photos) if (photo.visit_id === visit_id) of("photos").delete(photo.sha256);
      }
      for (const { visit_id, day } of standings) if (day && day < before) of("standings").delete(visit_id);
      for (const { call_id, at } of calls) if (at < before) of("calls").delete(call_id);
    });
  }
  /** The office has it whole: the facts stay, the bytes go. */
  photoSent(sha256: string): Promise<void> {
    return this.#write(["photos"], (of) =>
      amend<StoredPhoto>(of("photos"), sha256, (photo) => ({ ...photo, bytes: null, is_sent: true })),
    );
  }
}
