// The phone's store: what a tap, a day and the office's answers write, each whole or not at all, before a screen shows it.

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
import { newestAnchor } from "./anchors";
import { ask } from "./database";
import { Identity } from "./identity";
import { all, amend, cursor, LAST, type Meta, meta, NAMES, queueOf, unacknowledged } from "./shelves";

/** What a start is told of; a new phone holds this. */
const FIRST = {
  queue: null,
  person: null,
  needs_sign_in: false,
  day: null,
  sent_at: null,
  sending: null,
  lost: null,
  device: null,
  anchor: "",
} satisfies { [Key in Exclude<keyof Meta, "asked_with">]: Meta[Key] | null };
export type Held = Pick<Meta, keyof typeof FIRST> & {
  /** The store was empty: this start made it. */
  is_first: boolean;
  visits: VisitBasis[];
  chains: Chain[];
  events: StoredEvent[];
  photos: StoredPhoto[];
  standings: Standing[];
  calls: PlannerCall[];
};

/** Who a write is made by: an enrolled phone signs it, any other gives its installation's id. */
export interface Signer {
  readonly device_id: string;
  readonly private_key?: CryptoKey | undefined;
}

/** Another tab has added to this visit, or enrolled this phone: what was about to be written must be made anew. */
export class HeadMoved extends Error {
  constructor(readonly signer: Signer) {
    super();
  }
}

/** What one tap writes, all of it or nothing. */
export interface Tap {
  readonly basis?: VisitBasis;
  readonly chain: Chain;
  readonly expected_head: string | null;
  /** The enrolled phone that signed it, or null. */
  readonly signed_by: string | null;
  readonly events: readonly Pick<StoredEvent, "n" | "body" | "sha256" | "sig">[];
  readonly keep_photo?: string;
}

export class Store extends Identity {
  putPerson = (person: Person | null): Promise<void> => this.put("person", person);
  putNeedsSignIn = (needed: boolean): Promise<void> => this.put("needs_sign_in", needed);
  putDay = (day: Day | null): Promise<void> => this.put("day", day);
  putLost = (lost: Lost | null): Promise<void> => this.put("lost", lost);
  /** What the last round of sending came to. */
  putSending(sending: Sending): Promise<void> {
    return this.write(
      ["meta"],
      async (of) => void of("meta").put(joined((await meta(of, "sending")) ?? null, sending), "sending"),
    );
  }

  /** Everything but the photos' bytes, asked for at once: a start waits once for the phone's disk. */
  async load(new_installation_id: string): Promise<Held> {
    const held = await this.db.run(NAMES, "readonly", async (of) => {
      const kept = Object.entries(FIRST).map(async ([key, first]) => [
        key,
        (await meta(of, key as keyof typeof FIRST)) ?? first,
      ]);
      const shelves = NAMES.slice(1).map(async (name) => [name, await all(of, name)]);
      return Object.fromEntries(await Promise.all([...kept, ...shelves])) as Held;
    });
    const { queue, photos } = held;
    return {
      ...held,
      photos: photos.map((photo) => ({ ...photo, bytes: null })),
      is_first: !queue,
      queue: queue ?? (await this.firstQueue(new_installation_id)),
    };
  }

  /** Writes a tap's events with their places in the queue, the chain's new head and the stopwatch: one transaction. */
  append(tap: Tap): Promise<StoredEvent[]> {
    return this.write(["meta", "visits", "chains", "events", "photos"], async (of) => {
      const { visit_id } = tap.chain;
      const held: Chain | undefined = await ask(of("chains").get(visit_id));
      const queue = await queueOf(of);
      const { installation_id, next_seq } = queue;
      const device = await meta(of, "device");
      if ((held?.head ?? null) !== tap.expected_head || (device?.device_id ?? null) !== tap.signed_by)
        throw new HeadMoved(device ?? { device_id: installation_id });
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
    return this.write(["chains"], (of) =>
      amend<Chain>(of("chains"), visit_id, (chain) => (watch.t < chain.watch.t ? chain : { ...chain, watch })),
    );
  }

  /** One visit as it stands now, for a tab that has fallen behind. */
  visit(visit_id: string): Promise<{ chain: Chain; basis: VisitBasis; events: StoredEvent[] } | null> {
    return this.db.run(["visits", "chains", "events"], "readonly", async (of) => {
      const chain: Chain | undefined = await ask(of("chains").get(visit_id));
      const basis: VisitBasis = await ask(of("visits").get(visit_id));
      const range = IDBKeyRange.bound([visit_id, 0], [visit_id, LAST]);
      return chain ? { chain, basis, events: await ask<StoredEvent[]>(of("events").getAll(range)) } : null;
    });
  }

  /** The next events to send, in the queue's order, and how far the office's feed has been read. */
  unsent(actor_id: string, at_most: number): Promise<{ queue: Queue; after: number | null; events: StoredEvent[] }> {
    return this.db.run(["meta", "events"], "readonly", async (of) => {
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
    return this.write(["meta", "standings"], async (of) => {
      const key = cursor(await queueOf(of), actor_id);
      const after: number | undefined = await ask(of("meta").get(key));
      if (after !== undefined && after > day.feed_next) return false;
      of("meta").put(day, "day");
      of("meta").put(newestAnchor(), "anchor");
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
    is_revoked?: boolean | undefined;
  }): Promise<Queue> {
    return this.write(["meta", "events", "photos", "standings", "calls"], async (of) => {
      const queue = await queueOf(of);
      if (queue.installation_id !== answer.queue.installation_id) return queue;
      const moved = { ...queue, acked: Math.max(queue.acked, answer.acked) };
      of("meta").put(moved, "queue");
      of("meta").put(answer.after, cursor(queue, answer.actor_id));
      of("meta").put(answer.sent_at, "sent_at");
      of("meta").put(newestAnchor(), "anchor");
      const device = await meta(of, "device");
      if (device && answer.is_revoked) of("meta").put({ ...device, is_revoked: true }, "device");
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

  /** Never with the reserve's room: that is kept for taps, and given back to them first. */
  async putPhoto(photo: StoredPhoto): Promise<void> {
    if (!(await this.keepReserve())) throw new DOMException("no room", "QuotaExceededError");
    await this.db.run(["photos"], "readwrite", (of) => void of("photos").put(photo));
  }
  photo(sha256: string): Promise<StoredPhoto | undefined> {
    return this.db.run(["photos"], "readonly", (of) => ask(of("photos").get(sha256)));
  }
  /** A photo that is taken again was never evidence. One that was kept stays. */
  dropDraft(sha256: string): Promise<void> {
    return this.write(["photos"], async (of) => {
      const photo: StoredPhoto | undefined = await ask(of("photos").get(sha256));
      if (photo && !photo.is_kept) of("photos").delete(sha256);
    });
  }
  /**
   * Takes off the phone what was begun or said before an instant, with all that belongs to it: where somebody lives, who
   * is to be careful there. What the office does not have whole stays, and so do visits that are `open`.
   */
  forget(before: string, open: readonly string[]): Promise<void> {
    return this.write(["meta", "visits", "chains", "events", "photos", "standings", "calls"], async (of) => {
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
    return this.write(["photos"], (of) =>
      amend<StoredPhoto>(of("photos"), sha256, (photo) => ({ ...photo, bytes: null, is_sent: true })),
    );
  }
}
