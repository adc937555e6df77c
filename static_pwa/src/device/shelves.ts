// The phone's shelves: every write is strict, and a reserve gives way to taps where the disk is full.

import type { Lost } from "../app/device";
import type { AskedKey, Day, Enrolled, Person, Queue, StoredEvent } from "../app/records";
import type { Sending } from "../app/sending";
import { ask, Database } from "./database";

export interface Meta {
  queue: Queue;
  person: Person | null;
  needs_sign_in: boolean;
  day: Day | null;
  sent_at: string | null;
  sending: Sending | null;
  lost: Lost | null;
  device: Enrolled | null;
  /** The newest of the server's statements of its time that was heard when something was kept. */
  anchor: string;
  /** An enrolment was asked for with this key, and its answer has not been heard. */
  asked_with: AskedKey | null;
}
export type Name = "meta" | "visits" | "chains" | "events" | "photos" | "standings" | "calls";

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

export const NAMES: Name[] = ["meta", "visits", "chains", "events", "photos", "standings", "calls"];
export const LAST = Number.MAX_SAFE_INTEGER;

export type Of = (name: Name) => IDBObjectStore;
export const meta = <K extends keyof Meta>(of: Of, key: K): Promise<Meta[K] | undefined> => ask(of("meta").get(key));
export const all = <T>(of: Of, name: Name): Promise<T[]> => ask(of(name).getAll());
export const queueOf = (of: Of): Promise<Queue> => meta(of, "queue") as Promise<Queue>;
export const unacknowledged = (of: Of, { installation_id, acked }: Queue, at_most?: number): Promise<StoredEvent[]> =>
  ask(
    of("events")
      .index("queue")
      .getAll(IDBKeyRange.bound([installation_id, acked + 1], [installation_id, LAST]), at_most),
  );
export const cursor = (queue: Queue, actor_id: string): string => `feed/${queue.installation_id}/${actor_id}`;

/** Changes what is held under a key, if anything is. */
export async function amend<T>(
  shelf: IDBObjectStore | IDBIndex,
  key: IDBValidKey,
  change: (held: T) => T,
): Promise<void> {
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

export class Shelves {
  protected readonly db: Database<Name>;

  constructor(name = "doorstep") {
    this.db = new Database(name, make);
  }

  /** Told when a write used up the reserve: from then on there is no room for a photo. */
  onFull: () => void = () => undefined;

  /**
   * What finds no room is tried again with the reserve's: also where another write has just given that up, and once
   * more a little later, since a browser counts what was deleted only when it gets to it.
   */
  protected async write<R>(names: Name[], work: (of: Of) => R): Promise<Awaited<R>> {
    for (let tries = 0; ; tries += 1) {
      try {
        return await this.db.run(names, "readwrite", work);
      } catch (fault) {
        if (!isFull(fault) || tries === 2) throw fault;
        await this.db.run(["meta"], "readwrite", (of) => void of("meta").delete("reserve"));
        this.onFull();
        await new Promise((again) => setTimeout(again, tries * 250));
      }
    }
  }
  /** Puts the reserve there if it is not; false where there is no room for it. */
  async keepReserve(): Promise<boolean> {
    try {
      return await this.db.run(["meta"], "readwrite", async (of) => {
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
      await this.db.run(["meta"], "readwrite", (of) => void of("meta").put(unpackable(size_bytes), "trial"));
      return true;
    } catch (fault) {
      if (!isFull(fault)) throw fault;
      return false;
    } finally {
      await this.db.run(["meta"], "readwrite", (of) => void of("meta").delete("trial"));
    }
  }
  protected async put<K extends keyof Meta>(key: K, value: Meta[K]): Promise<void> {
    await this.write(["meta"], async (of) => void of("meta").put(value, key));
  }
}
