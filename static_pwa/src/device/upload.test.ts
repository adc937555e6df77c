// A bad link always makes progress: what it cannot take in one request goes in smaller ones, and nothing holds up the rest.
import "fake-indexeddb/auto";
import { beforeEach, describe, expect, it } from "vitest";
import type { Answer, Call } from "./api";
import { CountingOffice, ok, PERSON, PHONE, photoOf, refused, visitOf } from "./counting_office";
import { Outbox } from "./outbox";
import { BATCH, type Send, sendAll } from "./round";
import { Store } from "./store";
import { newPace, sendPhoto } from "./upload";

const KB = 1024;
const LOST = { is: "unreachable" } as const;
let count = 0;
let store: Store;
let office: CountingOffice;

beforeEach(async () => {
  store = new Store(`upload-${count++}`);
  await store.load(PHONE);
  office = new CountingOffice();
});

/** An office behind a link of so many bytes a second, with a proxy before it that keeps nothing of half a request. */
class Slow {
  now = 0;
  offset = 0;
  sizes: number[] = [];
  readonly #length: number;
  readonly #bytes_a_second: number;

  constructor(length: number, bytes_a_second: number) {
    this.#length = length;
    this.#bytes_a_second = bytes_a_second;
  }
  now_ms = (): number => this.now;
  send: Send = async <T>(_: string, { method, bytes, timeout_ms = 20_000 }: Call = {}): Promise<Answer<T>> => {
    if (method === "PATCH") {
      const size = bytes?.byteLength ?? 0;
      this.sizes.push(size);
      const took = (size / this.#bytes_a_second) * 1000;
      this.now += Math.min(took, timeout_ms);
      if (took > timeout_ms) return LOST;
      this.offset += size;
    }
    const said = {
      "Upload-Offset": String(this.offset),
      "Upload-Complete": this.offset === this.#length ? "?1" : "?0",
    };
    return ok({}, said) as Answer<T>;
  };
}

describe("pieces", () => {
  it("double from 64 kB to 1 MB while they arrive", async () => {
    const link = new Slow(4000 * KB, 1e9);
    expect(await sendPhoto(link, "ab", new ArrayBuffer(4000 * KB))).toEqual({ is: "whole" });
    expect(link.sizes.map((size) => size / KB)).toEqual([64, 128, 256, 512, 1024, 1024, 992]);
  });
  it("stop growing where they take long", async () => {
    const link = new Slow(600 * KB, 6 * KB);
    expect(await sendPhoto(link, "ab", new ArrayBuffer(600 * KB))).toEqual({ is: "whole" });
    expect(link.sizes.map((size) => size / KB)).toEqual([64, 128, 128, 128, 128, 24]);
  });
  it("shrink from round to round where even the first does not arrive in time", async () => {
    const slow = new Slow(100 * KB, 0.3 * KB);
    const { send, now_ms } = slow;
    const pace = newPace();
    let rounds = 0;
    while ((await sendPhoto({ send, now_ms, pace }, "ab", new ArrayBuffer(100 * KB))).is !== "whole") rounds += 1;
    expect(rounds).toBe(2);
    expect(slow.sizes.map((size) => size / KB)).toEqual([64, 32, 16, 16, 16, 16, 16, 16, 4]);
  });
});

describe("events", () => {
  it("go in smaller requests where a whole batch runs out of time", async () => {
    const bodies = await visitOf(store, 119);
    let now = 0;
    const sizes: number[] = [];
    const send: Send = async (path, what = {}) => {
      const { events } = what.json as { events: unknown[] };
      sizes.push(events.length);
      if (events.length > 20) {
        now += 20_000;
        return LOST;
      }
      return office.send(path, what);
    };
    const sender = { store, send, now_ms: () => now, pace: newPace() };
    for (let round = 0; round < 20 && office.bodies.length < bodies.length; round++) await sendAll(sender, PERSON);
    expect(office.bodies).toEqual(bodies);
    expect(sizes.slice(0, 3)).toEqual([BATCH, 25, 13]);
  });
  it("wait whole where there is no link at all", async () => {
    const pace = newPace();
    await visitOf(store, 60);
    await sendAll({ store, send: async () => LOST, now_ms: () => 0, pace }, PERSON);
    expect(pace.events).toBe(BATCH);
  });
});

describe("a photo that the office will never take", () => {
  it.each([400, 413, 415, 422])("(%i) stays on the phone and holds up no other", async (status) => {
    const { name } = await photoOf(store);
    const send: Send = async (path, what = {}) => (what.method === "PATCH" ? refused(status) : office.send(path, what));
    expect(await sendAll({ store, send, now_ms: () => 0 }, PERSON)).toMatchObject({ is: "sent" });
    expect(await store.photo(name)).toMatchObject({ is_sent: false, bytes: expect.anything() });
  });
});

describe("the sender", () => {
  it("waits no longer for a link because somebody went on tapping without one", async () => {
    await visitOf(store, 1);
    let rounds = 0;
    const ended = async (): Promise<void> => {
      rounds += 1;
    };
    const quiet = () => undefined;
    const sender = { store, send: async () => LOST, now_ms: () => 0 };
    const outbox = new Outbox(sender, { actor_id: () => PERSON, began: quiet, ended, progress: quiet });
    for (let tap = 1; tap <= 20; tap++) {
      outbox.poke();
      while (rounds < tap) await new Promise((later) => setTimeout(later, 2));
      expect((await store.load(PHONE)).sending?.next_at).toBeLessThanOrEqual(4000);
    }
  });
  it("goes on sending after the phone failed around a round", async () => {
    const bodies = await visitOf(store, 1);
    let rounds = 0;
    const ended = async (): Promise<void> => {
      rounds += 1;
      if (rounds === 1) throw new DOMException("the store was dropped", "InvalidStateError");
    };
    const sender = { store, send: office.send, now_ms: () => 0 };
    const quiet = () => undefined;
    const outbox = new Outbox(sender, { actor_id: () => PERSON, began: quiet, ended, progress: quiet });
    const until = async (is_so: () => boolean): Promise<void> => {
      while (!is_so()) await new Promise((later) => setTimeout(later, 5));
    };
    outbox.poke(true);
    await until(() => rounds === 1);
    outbox.poke(true);
    await until(() => rounds === 2);
    expect(office.bodies).toEqual(bodies);
  });
});
