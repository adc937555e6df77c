// Sending loses and doubles nothing, over a link that breaks where it hurts, against a server that counts.
import "fake-indexeddb/auto";
import { beforeEach, describe, expect, it } from "vitest";
import { type Sending, type Tried, tryOf } from "../app/sending";
import { sha256 } from "../domain/chain";
import { retryAfter } from "./api";
import { CountingOffice, ok, PERSON, PHONE, photoOf, refused, VISIT, visitOf } from "./counting_office";
import { backoff, Outbox } from "./outbox";
import { BATCH, type Sender, sendAll } from "./round";
import { Store } from "./store";

let count = 0;
let store: Store;
let office: CountingOffice;
let sender: Sender;

beforeEach(async () => {
  store = new Store(`outbox-${count++}`);
  await store.load(PHONE);
  office = new CountingOffice();
  sender = { store, send: office.send, now_ms: () => 0 };
});

describe("events", () => {
  it("go in the queue's order, at most 50 in a request, each once", async () => {
    const bodies = await visitOf(store, 119);
    expect(await sendAll(sender, PERSON)).toMatchObject({ is: "sent", is_news: true });
    expect(office.bodies).toEqual(bodies);
    expect(Math.max(...office.sizes)).toBe(BATCH);
  });
  it("whose answer was lost are sent again and stand once", async () => {
    const bodies = await visitOf(store, 3);
    office.script = ["answer_lost"];
    expect(await sendAll(sender, PERSON)).toMatchObject({ is: "again_later", is_unreachable: true });
    await sendAll(sender, PERSON);
    expect(office.bodies).toEqual(bodies);
  });
  it("wait for a sign-in on 401, and stay on the phone", async () => {
    await visitOf(store, 1);
    office.script = [refused(401)];
    expect(await sendAll(sender, PERSON)).toEqual({ is: "sign_in" });
    expect((await store.unsent(PERSON, 50)).events).toHaveLength(2);
  });
  it("wait for a sign-in too where the session was opened at the office's pages, or on another phone", async () => {
    const bodies = await visitOf(store, 1);
    for (const problem of ["no-installation", "other-installation"]) {
      office.script = [refused(403, `https://doorstep/problems/${problem}`)];
      expect(await sendAll(sender, PERSON)).toEqual({ is: "sign_in" });
    }
    await sendAll(sender, PERSON);
    expect(office.bodies).toEqual(bodies);
  });
  it("whose numbers the office holds with other bodies ask for a new installation id", async () => {
    await visitOf(store, 1);
    office.script = [refused(409, "https://doorstep/problems/seq-reused")];
    expect(await sendAll(sender, PERSON)).toMatchObject({ is: "number_taken", queue: { installation_id: PHONE } });
  });
  it("are left alone for as long as the office asks", async () => {
    await visitOf(store, 1);
    office.script = [refused(503, "", { "Retry-After": "7" })];
    expect(await sendAll(sender, PERSON)).toEqual({
      is: "again_later",
      wait_ms: 7000,
      is_unreachable: false,
      why: "asked_to_wait",
    });
  });
  it("are not taken for received by an answer that counts more than was sent", async () => {
    await visitOf(store, 1);
    office.script = [ok({ ack: 99, refused: [], server_time: "", feed: [], next: 0 })];
    await sendAll(sender, PERSON);
    expect((await store.load(PHONE)).queue.acked).toBe(2);
  });
  it("go in smaller parts where the office finds a request too large", async () => {
    const bodies = await visitOf(store, 9);
    office.script = [refused(413)];
    await sendAll(sender, PERSON);
    expect(office.bodies).toEqual(bodies);
  });
});

describe("the feed", () => {
  it("is kept with its cursor, and read on from there", async () => {
    const call_id = PHONE;
    office.feed = [
      {
        position: 1,
        kind: "planner_call_logged",
        at: "2026-11-23T09:00:00.000Z",
        body: { call_id, instruction: "leave_card" },
      },
      {
        position: 2,
        kind: "standing_changed",
        at: "2026-11-23T09:01:00.000Z",
        body: { visit_id: VISIT, standing: "recorded" },
      },
    ];
    await sendAll(sender, PERSON);
    const { calls, standings } = await store.load(PHONE);
    expect(calls).toMatchObject([{ call_id, instruction: "leave_card", at: "2026-11-23T09:00:00.000Z" }]);
    expect(standings).toMatchObject([{ visit_id: VISIT, standing: "recorded" }]);
    expect((await store.unsent(PERSON, 1)).after).toBe(2);
  });
});

describe("photos", () => {
  it("go after their events, in growing parts, and the phone lets their bytes go when the office has them", async () => {
    const { name } = await photoOf(store);
    await sendAll(sender, PERSON);
    expect(await sha256(office.photos.get(name) as Uint8Array<ArrayBuffer>)).toBe(name);
    expect(await store.photo(name)).toMatchObject({ bytes: null, is_sent: true });
  });
  it("go on from the office's own offset after a link that broke before and after it", async () => {
    const { name } = await photoOf(store);
    const pass = undefined as never;
    for (const script of [
      [pass, pass, "lost"],
      [pass, pass, "answer_lost"],
      [pass, "answer_lost"],
      [pass, pass, pass, "lost"],
    ]) {
      office.script = script as CountingOffice["script"];
      await sendAll(sender, PERSON);
      expect((await store.photo(name))?.bytes).not.toBeNull();
    }
    office.script = [];
    await sendAll(sender, PERSON);
    expect(await sha256(office.photos.get(name) as Uint8Array<ArrayBuffer>)).toBe(name);
    expect((await store.photo(name))?.is_sent).toBe(true);
  });
  it("that the office has to the last byte, but has not closed, are closed by an empty part", async () => {
    const { name } = await photoOf(store);
    const sizes: (number | undefined)[] = [];
    const send: Sender["send"] = async (path, what = {}) => {
      if (what.method === "PATCH") sizes.push(what.bytes?.byteLength);
      const answer = await office.send(path, what);
      if (what.method === "HEAD") (answer as { headers: Headers }).headers.set("Upload-Complete", "?0");
      return answer as never;
    };
    await sendAll(sender, PERSON);
    const photo = await store.photo(name);
    if (!photo) throw new Error("no photo");
    const bytes = Uint8Array.from({ length: 300_000 }, (_, index) => (index * 7) % 251).buffer;
    await store.putPhoto({ ...photo, bytes, is_sent: false });
    await sendAll({ ...sender, send }, PERSON);
    expect(sizes).toEqual([0]);
    expect((await store.photo(name))?.is_sent).toBe(true);
  });
  it("are kept while the office does not have the event that names them", async () => {
    const { name } = await photoOf(store);
    office.script = ["lost"];
    await sendAll(sender, PERSON);
    expect(office.photos.size).toBe(0);
    expect((await store.photo(name))?.bytes).not.toBeNull();
  });
});

describe("what is told of a try", () => {
  const tried = (): Tried => ({ seq: 0, photos: {} });

  it("says how far into the queue it came, and why it ended", async () => {
    await visitOf(store, 1);
    const now = tried();
    office.script = ["lost"];
    expect(await sendAll(sender, PERSON, now)).toMatchObject({ why: "no_answer" });
    expect(now.seq).toBe(2);
    office.script = [refused(500)];
    expect(await sendAll(sender, PERSON, now)).toMatchObject({ why: "office_fault" });
  });
  it("says of a photo how much of it the office holds, from its own words, and why it stopped", async () => {
    const { name } = await photoOf(store);
    const now = tried();
    const offsets: (number | undefined)[] = [];
    const progress = ({ photos }: Tried): void => void offsets.push(photos[name]?.offset);
    const pass = undefined as never;
    office.script = [pass, pass, pass, "lost"];
    await sendAll({ ...sender, progress }, PERSON, now);
    expect(now.photos[name]).toEqual({ at: 0, why: "no_answer", offset: 65_536 });
    expect(offsets).toEqual([0, 65_536, 65_536]);
    await sendAll({ ...sender, progress }, PERSON, now);
    expect(offsets.at(-1)).toBeGreaterThan(65_536);
  });
  it("is kept over a restart, and an earlier try of a photo stands until the next", async () => {
    const photos = { aa: { at: 1, why: "no_answer", offset: 5 } } as const;
    const round = { at: 1, why: "asked_to_wait", next_at: 9, seq: 3 } as const;
    await store.putSending({ ...round, photos });
    await store.putSending({ ...round, at: 2, photos: {} });
    expect((await store.load(PHONE)).sending).toEqual({ ...round, at: 2, photos });
  });
  it("is told of an event only where a try has held it", () => {
    const sending: Sending = { at: 1, why: "no_signal", next_at: null, seq: 3, photos: {} };
    expect([tryOf(sending, 3), tryOf(sending, 4), tryOf(null, 1)]).toEqual([sending, null, null]);
  });
});

describe("an office that asked to be left alone", () => {
  it("is left alone after a restart too, until then", async () => {
    let now = 1000;
    let rounds = 0;
    const events = { actor_id: () => PERSON, began: () => void rounds++, ended: async () => {}, progress: () => {} };
    const outbox = new Outbox({ ...sender, now_ms: () => now }, events);
    outbox.resume({ at: 0, why: "asked_to_wait", next_at: 60_000, seq: 0, photos: {} });
    outbox.poke();
    expect(rounds).toBe(0);
    now = 60_001;
    outbox.poke();
    expect(rounds).toBe(1);
  });
});

describe("numbers that the office holds with other bodies", () => {
  const NEW = "99999999-9999-4999-8999-999999999999";

  it("are counted anew from 1 under a new id, and what was not acknowledged arrives whole, photo and all", async () => {
    office.numbers.set(PHONE, ["somebody else's event"]);
    const { name } = await photoOf(store);
    const bodies = (await store.load(PHONE)).events.map(({ body }) => body);
    const round = await sendAll(sender, PERSON);
    if (round.is !== "number_taken") throw new Error(round.is);
    await store.renewInstallation(round.queue, NEW);
    expect(await sendAll(sender, PERSON)).toMatchObject({ is: "sent", is_photo_sent: true });
    expect(office.numbers.get(NEW)).toEqual(bodies);
    expect(await sha256(office.photos.get(name) as Uint8Array<ArrayBuffer>)).toBe(name);
  });
  it("leave what was acknowledged before as it was: it counts as sent, and its photo still goes", async () => {
    const { name } = await photoOf(store);
    const pass = undefined as never;
    office.script = [pass, "lost"];
    await sendAll(sender, PERSON);
    const { queue } = await store.load(PHONE);
    await store.renewInstallation(queue, NEW);
    await sendAll(sender, PERSON);
    const held = await store.load(PHONE);
    expect(held.queue).toEqual({ installation_id: NEW, next_seq: 1, acked: 0 });
    expect(held.events.every((event) => event.installation_id === PHONE)).toBe(true);
    expect((await store.photo(name))?.is_sent).toBe(true);
    expect(office.numbers.get(NEW) ?? []).toEqual([]);
  });
});

describe("patience", () => {
  it("doubles up to five minutes, with full jitter", () => {
    expect([0, 1, 2, 20].map((failures) => backoff(failures, 1))).toEqual([2000, 4000, 8000, 300_000]);
    expect(backoff(5, 0)).toBe(0);
  });
  it("reads Retry-After in seconds or as a date, and never beyond five minutes", () => {
    expect(retryAfter(new Headers({ "Retry-After": "3" }), 0)).toBe(3000);
    expect(retryAfter(new Headers({ "Retry-After": "Thu, 01 Jan 1970 00:00:09 GMT" }), 1000)).toBe(8000);
    expect(retryAfter(new Headers({ "Retry-After": "99999" }), 0)).toBe(300_000);
    expect(retryAfter(new Headers(), 0)).toBeNull();
  });
});
