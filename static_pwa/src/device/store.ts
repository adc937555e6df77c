// The phone's store: every write is strict, and every event is in it before a screen shows it.
import { type DBSchema, type IDBPDatabase, type IDBPTransaction, openDB, type StoreNames } from "idb";
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
import type { Stopwatch } from "../domain/stopwatch";

interface Meta {
  queue: Queue;
  person: Person | null;
  needs_sign_in: boolean;
  day: Day | null;
  sent_at: string | null;
}
interface Schema extends DBSchema {
  meta: { key: string; value: unknown };
  visits: { key: string; value: VisitBasis };
  chains: { key: string; value: Chain };
  events: { key: [string, number]; value: StoredEvent; indexes: { queue: [string, number] } };
  photos: { key: string; value: StoredPhoto };
  standings: { key: string; value: Standing };
  calls: { key: string; value: PlannerCall };
}
type Name = StoreNames<Schema>;
export type Held = Meta & {
  visits: VisitBasis[];
  chains: Chain[];
  events: StoredEvent[];
  photos: StoredPhoto[];
  standings: Standing[];
  calls: PlannerCall[];
};

/** Another tab has added to this visit: what was about to be written hangs on an old head, and must be made anew. */
export class HeadMoved extends Error {}

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

export class Store {
  #db: IDBPDatabase<Schema> | null = null;
  readonly #name: string;

  constructor(name = "doorstep") {
    this.#name = name;
  }

  async #open(): Promise<IDBPDatabase<Schema>> {
    this.#db ??= await openDB<Schema>(this.#name, 1, {
      upgrade(db) {
        db.createObjectStore("meta");
        db.createObjectStore("visits", { keyPath: "visit_id" });
        db.createObjectStore("chains", { keyPath: "visit_id" });
        db.createObjectStore("events", { keyPath: ["visit_id", "n"] }).createIndex(
          "queue",
          ["installation_id", "seq"],
          {
            unique: true,
          },
        );
        db.createObjectStore("photos", { keyPath: "sha256" });
        db.createObjectStore("standings", { keyPath: "visit_id" });
        db.createObjectStore("calls", { keyPath: "call_id" });
      },
      // A newer version in another tab must not wait for this one.
      blocking: () => this.close(),
      terminated: () => {
        this.#db = null;
      },
    });
    return this.#db;
  }

  close(): void {
    this.#db?.close();
    this.#db = null;
  }

  /** One transaction, strict; iOS drops the connection behind the page's back, so a lost one is opened again, once. */
  async #run<R, M extends "readonly" | "readwrite">(
    names: Name[],
    mode: M,
    work: (tx: IDBPTransaction<Schema, Name[], M>) => Promise<R>,
  ): Promise<R> {
    for (let is_second = false; ; is_second = true) {
      try {
        const tx = (await this.#open()).transaction(names, mode, { durability: "strict" });
        const [result] = await Promise.all([
          work(tx).catch((fault) => stop(tx, fault)),
          tx.done.catch(() => undefined),
        ]);
        await tx.done;
        return result;
      } catch (fault) {
        const is_lost = fault instanceof DOMException && /InvalidState|Unknown|Abort/.test(fault.name);
        if (is_second || !is_lost) throw fault;
        this.close();
      }
    }
  }

  async #put<K extends keyof Meta>(key: K, value: Meta[K]): Promise<void> {
    await this.#run(["meta"], "readwrite", async (tx) => tx.objectStore("meta").put(value, key));
  }
  putPerson = (person: Person | null): Promise<void> => this.#put("person", person);
  putNeedsSignIn = (needed: boolean): Promise<void> => this.#put("needs_sign_in", needed);
  putDay = (day: Day | null): Promise<void> => this.#put("day", day);

  /** Everything but the photos' bytes. The first call on a phone gives it its installation id. */
  load(new_installation_id: string): Promise<Held> {
    return this.#run(NAMES, "readwrite", async (tx) => {
      const meta = tx.objectStore("meta");
      let queue = (await meta.get("queue")) as Queue | undefined;
      if (!queue) {
        queue = { installation_id: new_installation_id, next_seq: 1, acked: 0 };
        await meta.put(queue, "queue");
      }
      const photos = await tx.objectStore("photos").getAll();
      return {
        queue,
        person: ((await meta.get("person")) as Person | undefined) ?? null,
        needs_sign_in: (await meta.get("needs_sign_in")) === true,
        day: ((await meta.get("day")) as Day | undefined) ?? null,
        sent_at: ((await meta.get("sent_at")) as string | undefined) ?? null,
        visits: await tx.objectStore("visits").getAll(),
        chains: await tx.objectStore("chains").getAll(),
        events: await tx.objectStore("events").getAll(),
        photos: photos.map((photo) => ({ ...photo, bytes: null })),
        standings: await tx.objectStore("standings").getAll(),
        calls: await tx.objectStore("calls").getAll(),
      };
    });
  }

  /** Writes a tap's events with their places in the queue, the chain's new head and the stopwatch: one transaction. */
  append(tap: Tap): Promise<StoredEvent[]> {
    return this.#run(["meta", "visits", "chains", "events", "photos"], "readwrite", async (tx) => {
      const { visit_id } = tap.chain;
      const held = await tx.objectStore("chains").get(visit_id);
      if ((held?.head ?? null) !== tap.expected_head) throw new HeadMoved(visit_id);
      const queue = (await tx.objectStore("meta").get("queue")) as Queue;
      const stored = tap.events.map((event, index) => ({
        ...event,
        visit_id,
        installation_id: queue.installation_id,
        seq: queue.next_seq + index,
      }));
      for (const event of stored) await tx.objectStore("events").add(event);
      await tx.objectStore("meta").put({ ...queue, next_seq: queue.next_seq + stored.length }, "queue");
      await tx.objectStore("chains").put(tap.chain);
      if (tap.basis) await tx.objectStore("visits").add(tap.basis);
      const photo = tap.keep_photo ? await tx.objectStore("photos").get(tap.keep_photo) : undefined;
      if (photo) await tx.objectStore("photos").put({ ...photo, is_kept: true });
      return stored;
    });
  }

  /** Keeps where the stopwatch stands, unless another tab has gone further. */
  putWatch(visit_id: string, watch: Stopwatch): Promise<void> {
    return this.#run(["chains"], "readwrite", async (tx) => {
      const chain = await tx.objectStore("chains").get(visit_id);
      if (chain && watch.t >= chain.watch.t) await tx.objectStore("chains").put({ ...chain, watch });
    });
  }

  /** One visit as it stands now, for a tab that has fallen behind. */
  visit(visit_id: string): Promise<{ chain: Chain; events: StoredEvent[] } | null> {
    return this.#run(["chains", "events"], "readonly", async (tx) => {
      const chain = await tx.objectStore("chains").get(visit_id);
      const range = IDBKeyRange.bound([visit_id, 0], [visit_id, LAST]);
      return chain ? { chain, events: await tx.objectStore("events").getAll(range) } : null;
    });
  }

  /** The next events to send, in the queue's order, and how far the office's feed has been read. */
  unsent(actor_id: string, at_most: number): Promise<{ queue: Queue; after: number | null; events: StoredEvent[] }> {
    return this.#run(["meta", "events"], "readonly", async (tx) => {
      const queue = (await tx.objectStore("meta").get("queue")) as Queue;
      const after = (await tx.objectStore("meta").get(cursor(queue, actor_id))) as number | undefined;
      const range = IDBKeyRange.bound([queue.installation_id, queue.acked + 1], [queue.installation_id, LAST]);
      const events = await tx.objectStore("events").index("queue").getAll(range, at_most);
      return { queue, after: after ?? null, events };
    });
  }

  /** The feed is first read from where the day's own answer left off. */
  startFeed(actor_id: string, feed_next: number): Promise<void> {
    return this.#run(["meta"], "readwrite", async (tx) => {
      const key = cursor((await tx.objectStore("meta").get("queue")) as Queue, actor_id);
      if ((await tx.objectStore("meta").get(key)) === undefined) await tx.objectStore("meta").put(feed_next, key);
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
    return this.#run(["meta", "events", "photos", "standings", "calls"], "readwrite", async (tx) => {
      const meta = tx.objectStore("meta");
      const queue = (await meta.get("queue")) as Queue;
      const moved = { ...queue, acked: Math.max(queue.acked, answer.acked) };
      if (queue.installation_id !== answer.queue.installation_id) return queue;
      await meta.put(moved, "queue");
      await meta.put(answer.after, cursor(queue, answer.actor_id));
      await meta.put(answer.sent_at, "sent_at");
      for (const { seq, reason } of answer.refused) {
        const event = await tx.objectStore("events").index("queue").get([queue.installation_id, seq]);
        if (event) await tx.objectStore("events").put({ ...event, refused: reason });
      }
      for (const standing of answer.standings) await tx.objectStore("standings").put(standing);
      for (const call of answer.calls) await tx.objectStore("calls").put(call);
      for (const { sha256, why } of answer.unreadable) {
        const photo = await tx.objectStore("photos").get(sha256);
        if (photo) await tx.objectStore("photos").put({ ...photo, unreadable_why: why });
      }
      return moved;
    });
  }

  /** The office holds other events under our numbers: what it has not acknowledged is counted anew, under a new id. */
  renewInstallation(old: Queue, installation_id: string): Promise<Queue> {
    return this.#run(["meta", "events"], "readwrite", async (tx) => {
      const queue = (await tx.objectStore("meta").get("queue")) as Queue;
      if (queue.installation_id !== old.installation_id) return queue;
      const range = IDBKeyRange.bound([queue.installation_id, queue.acked + 1], [queue.installation_id, LAST]);
      const events = await tx.objectStore("events").index("queue").getAll(range);
      for (const [index, event] of events.entries())
        await tx.objectStore("events").put({ ...event, installation_id, seq: index + 1 });
      const renewed = { installation_id, next_seq: events.length + 1, acked: 0 };
      await tx.objectStore("meta").put(renewed, "queue");
      return renewed;
    });
  }

  putStandings(standings: readonly Standing[]): Promise<void> {
    return this.#run(["standings"], "readwrite", async (tx) => {
      for (const standing of standings) await tx.objectStore("standings").put(standing);
    });
  }
  putPhoto(photo: StoredPhoto): Promise<void> {
    return this.#run(["photos"], "readwrite", async (tx) => void (await tx.objectStore("photos").put(photo)));
  }
  photo(sha256: string): Promise<StoredPhoto | undefined> {
    return this.#run(["photos"], "readonly", (tx) => tx.objectStore("photos").get(sha256));
  }
  /** A photo that is taken again was never evidence. One that was kept stays. */
  dropDraft(sha256: string): Promise<void> {
    return this.#run(["photos"], "readwrite", async (tx) => {
      const photo = await tx.objectStore("photos").get(sha256);
      if (photo && !photo.is_kept) await tx.objectStore("photos").delete(sha256);
    });
  }
  /** The office has it whole: the facts stay, the bytes go. */
  photoSent(sha256: string): Promise<void> {
    return this.#run(["photos"], "readwrite", async (tx) => {
      const photo = await tx.objectStore("photos").get(sha256);
      if (photo) await tx.objectStore("photos").put({ ...photo, bytes: null, is_sent: true });
    });
  }
}

const cursor = (queue: Queue, actor_id: string): string => `feed/${queue.installation_id}/${actor_id}`;

/** Nothing of a transaction that failed half-way may stand. */
function stop(tx: { abort(): void }, fault: unknown): never {
  try {
    tx.abort();
  } catch {
    // It had already ended by itself.
  }
  throw fault;
}
