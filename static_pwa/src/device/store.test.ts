// Taps are durable, gapless and unforked: whatever tabs, kills and refusals do, the chain and the queue stay whole.
import "fake-indexeddb/auto";
import { beforeEach, describe, expect, it } from "vitest";
import type { Day, Visit, VisitBasis } from "../app/records";
import { rootPrev, textHash } from "../domain/chain";
import { cleanText } from "../domain/events";
import type { Reading } from "../domain/stopwatch";
import { Journal } from "./journal";
import { Store } from "./store";

const PHONE = "11111111-1111-4111-8111-111111111111";
const BOOT = "22222222-2222-4222-8222-222222222222";
const PERSON = "33333333-3333-4333-8333-333333333333";
const VISIT = "44444444-4444-4444-8444-444444444444";
const who = { device_id: PHONE, actor_id: PERSON };
const knock = { kind: "door_knocked", own: { method: "knock" } };
const basis: VisitBasis = {
  visit_id: VISIT,
  appointment_id: "A-1",
  actor_id: PERSON,
  started_at: "2026-11-23T09:00:00.000Z",
  snapshot: "{}",
  snapshot_sha256: "ab".repeat(32),
  policy: { policy: "no_access", version: "2026-11-01", title: "", clauses: [] },
};

let count = 0;
let store: Store;
let now: Reading;
let journal: Journal;
const pass = (ms: number, wall = ms): void => {
  now = { ...now, mono: now.mono + ms, wall: now.wall + wall };
};
const begin = (): Promise<Visit> => journal.begin(basis, who);

beforeEach(async () => {
  store = new Store(`doorstep-${count++}`);
  await store.load(PHONE);
  now = { wall: Date.parse("2026-11-23T09:00:00.000Z"), mono: 1000.5, boot: BOOT, is_visible: true };
  journal = new Journal(store, () => now);
});

describe("a visit's chain", () => {
  it("links every body to the one before it, from the snapshot and policy on, with n from 0", async () => {
    const visit = await begin();
    pass(10);
    await journal.append(visit, [knock, knock], who);
    const { events } = await store.load(PHONE);
    let prev = await rootPrev(basis.snapshot_sha256, "2026-11-01");
    for (const [n, { body, sha256 }] of events.entries()) {
      expect(JSON.parse(body)).toMatchObject({ v: 1, n, prev, visit_id: VISIT, ...who });
      expect(await textHash(body)).toBe(sha256);
      prev = sha256;
    }
    expect(events.map(({ body }) => JSON.parse(body).t)).toEqual([0, 10, 11]);
  });

  it("counts the queue from 1 without a gap, whatever visit an event is of", async () => {
    const visit = await begin();
    await journal.begin({ ...basis, visit_id: PERSON }, who);
    await journal.append(visit, [knock], who);
    const { events, queue } = await store.load(PHONE);
    expect(events.map(({ seq }) => seq).sort()).toEqual([1, 2, 3]);
    expect(queue.next_seq).toBe(4);
  });

  it("is not forked by a second tab that has fallen behind: its tap hangs on the end", async () => {
    const visit = await begin();
    pass(5);
    const here = await journal.append(visit, [knock], who);
    const there = await journal.append(visit, [knock], who);
    expect(there.events.map(({ event }) => event.n)).toEqual([0, 1, 2]);
    expect(there.chain.head).not.toBe(here.chain.head);
    const { events } = await store.load(PHONE);
    expect(JSON.parse(events[2]?.body ?? "").prev).toBe(events[1]?.sha256);
  });

  it("takes a changed appointment together with the event that says so, for every tab", async () => {
    const visit = await begin();
    const adopt = { snapshot: '{"priority":"new"}', snapshot_sha256: "cd".repeat(32) };
    const entry = { kind: "snapshot_adopted", own: { snapshot_sha256: adopt.snapshot_sha256 } };
    await journal.append(visit, [entry], who, { adopt });
    expect((await store.load(PHONE)).visits).toEqual([{ ...basis, ...adopt }]);
    const behind = await journal.append(visit, [knock], who);
    expect(behind.basis).toEqual({ ...basis, ...adopt });
  });

  it("states no gap once it is closed: hours later somebody came after all, and that is all", async () => {
    const closed = await journal.append(await begin(), [{ kind: "missed_recorded", own: { declaration: "1" } }], who);
    now = { ...now, boot: PERSON, mono: 5, wall: now.wall + 7_200_000 };
    const after = await journal.append(closed, [{ kind: "access_gained", own: {} }], who);
    expect(after.events.map(({ event }) => event.kind)).toEqual(["visit_started", "missed_recorded", "access_gained"]);
  });

  it("takes the longest words that a person may type, in any script, within a body's size", async () => {
    const words = cleanText(`${"\ud83d\ude00".repeat(499)}\ud83d"\u0007${"\u4e16".repeat(2000)}`);
    const visit = await journal.append(await begin(), [{ kind: "access_refused", own: { words } }], who);
    const longest = await journal.append(visit, [{ kind: "note_added", own: { note: "\u4e16".repeat(1000) } }], who);
    expect(longest.events).toHaveLength(3);
    for (const { body } of (await store.load(PHONE)).events) {
      expect(new TextEncoder().encode(body).length).toBeLessThanOrEqual(4096);
      expect(body.isWellFormed()).toBe(true);
    }
  });

  it("keeps nothing of a tap that does not fit the vocabulary", async () => {
    const visit = await begin();
    await expect(journal.append(visit, [knock, { kind: "sang", own: {} }], who)).rejects.toThrow("vocabulary");
    expect((await store.load(PHONE)).events).toHaveLength(1);
  });
});

describe("the stopwatch in the store", () => {
  it("goes on after a kill from the last durable look, and states the gap before the next tap", async () => {
    await begin();
    const { chains } = await store.load(PHONE);
    now = { wall: now.wall + 300_000, mono: 20, boot: PERSON, is_visible: true };
    const chain = chains[0];
    if (!chain) throw new Error("no chain");
    const visit = await new Journal(store, () => now).append({ basis, chain, events: [] }, [knock], who);
    expect(visit.events.map(({ event }) => [event.kind, event.t])).toEqual([
      ["clock_gap", 300_000],
      ["door_knocked", 300_001],
    ]);
  });

  it("is never put back by a tab that knows less", async () => {
    const { chain } = await begin();
    await store.putWatch(VISIT, { ...chain.watch, t: 9000 });
    await store.putWatch(VISIT, { ...chain.watch, t: 4000 });
    expect((await store.load(PHONE)).chains[0]?.watch.t).toBe(9000);
  });
});

describe("another phone's numbers", () => {
  it("gives what was not acknowledged new numbers under a new id, and touches no body", async () => {
    const visit = await begin();
    await journal.append(visit, [knock, knock], who);
    const before = await store.load(PHONE);
    const nothing = { refused: [], after: 0, sent_at: "", standings: [], calls: [], unreadable: [] };
    await store.acknowledge({ queue: before.queue, actor_id: PERSON, acked: 1, ...nothing });
    await store.renewInstallation(before.queue, BOOT);
    const { queue, events } = await store.unsent(PERSON, 50);
    expect(queue).toEqual({ installation_id: BOOT, next_seq: 3, acked: 0 });
    expect(events.map(({ seq, body }) => [seq, body])).toEqual([
      [1, before.events[1]?.body],
      [2, before.events[2]?.body],
    ]);
  });
});

describe("photos", () => {
  const photo = {
    sha256: "cd".repeat(32),
    visit_id: VISIT,
    kind: "card_photographed",
    size_bytes: 3,
    width: 1,
    height: 1,
    source_sha256: "ef".repeat(32),
    saved_at: "2026-11-23T09:00:00.000Z",
    is_kept: false,
    is_sent: false,
    bytes: new Uint8Array([1, 2, 3]).buffer,
  };
  it("that are taken again leave no bytes, and those that are evidence cannot be dropped", async () => {
    const visit = await begin();
    await store.putPhoto(photo);
    await store.dropDraft(photo.sha256);
    expect(await store.photo(photo.sha256)).toBeUndefined();
    await store.putPhoto(photo);
    await journal.append(visit, [knock], who, { keep_photo: photo.sha256 });
    await store.dropDraft(photo.sha256);
    expect((await store.photo(photo.sha256))?.is_kept).toBe(true);
  });
  it("keep their facts when the office has the bytes", async () => {
    await store.putPhoto(photo);
    await store.photoSent(photo.sha256);
    expect(await store.photo(photo.sha256)).toMatchObject({ bytes: null, is_sent: true, size_bytes: 3 });
  });
});

describe("what is weeks old", () => {
  const AFTER = "2026-12-23T09:00:00.000Z";
  const answer = (acked: number) => ({
    actor_id: PERSON,
    acked,
    refused: [],
    after: 0,
    sent_at: AFTER,
    standings: [{ visit_id: BOOT, appointment_id: "A-0", standing: "returned", day: "2026-11-01" }],
    calls: [
      { call_id: "c", appointment_id: "A-1", operative_id: PERSON, instruction: "leave_card", at: basis.started_at },
    ],
    unreadable: [],
  });
  const held = async (): Promise<number[]> => {
    const { visits, chains, events, photos, standings, calls } = await store.load(PHONE);
    return [visits, chains, events, photos, standings, calls].map((all) => all.length);
  };

  it("is taken off the phone with all that belongs to it, once the office has it", async () => {
    await journal.append(await begin(), [knock], who);
    const { queue } = await store.load(PHONE);
    await store.acknowledge({ queue, ...answer(2) });
    await store.forget(basis.started_at, []);
    expect(await held()).toEqual([1, 1, 2, 0, 0, 1]);
    await store.forget(AFTER, []);
    expect(await held()).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it("stays while the office lacks anything of it, or it is still open", async () => {
    await journal.append(await begin(), [knock], who);
    const { queue } = await store.load(PHONE);
    await store.acknowledge({ queue, ...answer(1) });
    await store.forget(AFTER, []);
    expect((await held()).slice(0, 3)).toEqual([1, 1, 2]);
    await store.acknowledge({ queue, ...answer(2) });
    await store.forget(AFTER, [VISIT]);
    expect((await held()).slice(0, 3)).toEqual([1, 1, 2]);
  });
});

describe("a day", () => {
  const day = (feed_next: number, standing: string): Day =>
    ({ feed_next, visits: [{ visit_id: VISIT, appointment_id: "A-1", standing }] }) as unknown as Day;

  it("is not kept where the feed was read beyond it meanwhile, and what is newer stays", async () => {
    expect(await store.takeDay(PERSON, day(7, "returned"))).toBe(true);
    const { queue, after } = await store.unsent(PERSON, 1);
    expect(after).toBe(7);
    const newer = { visit_id: VISIT, appointment_id: "A-1", standing: "upheld" };
    const answer = { queue, actor_id: PERSON, acked: 0, refused: [], after: 8, sent_at: "", standings: [newer] };
    await store.acknowledge({ ...answer, calls: [], unreadable: [] });
    expect(await store.takeDay(PERSON, day(7, "returned"))).toBe(false);
    expect((await store.load(PHONE)).standings).toEqual([newer]);
  });
});
