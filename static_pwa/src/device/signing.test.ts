// An enrolled phone signs what it states with a key that never leaves it, and nothing of it goes unsigned meanwhile.
import "fake-indexeddb/auto";
import { beforeEach, describe, expect, it } from "vitest";
import type { Enrolled, StoredEvent, VisitBasis } from "../app/records";
import { anchorMs, hear, newestAnchor, rememberAnchor } from "./anchors";
import type { Call } from "./api";
import { CountingOffice, ok, PERSON, PHONE, photoOf, VISIT, visitOf } from "./counting_office";
import { Journal } from "./journal";
import { keptKey, sign } from "./keys";
import { type Round, type Sender, sendAll } from "./round";
import { Store } from "./store";

const DEVICE = "66666666-6666-4666-8666-666666666666";
const knock = { kind: "door_knocked", own: { method: "knock" } };
const who = { device_id: PHONE, actor_id: PERSON };
const basis: VisitBasis = {
  visit_id: VISIT,
  appointment_id: "A-1",
  actor_id: PERSON,
  started_at: "",
  snapshot: "{}",
  snapshot_sha256: "ab".repeat(32),
  policy: { policy: "no_access", version: "1", title: "", clauses: [] },
};
const anchorAt = (ms: number): string => `${ms}.7.${"r".repeat(43)}.${"s".repeat(86)}`;

let count = 0;
let mono = 0;
let store: Store;
let journal: Journal;
const bytes = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (character) => character.charCodeAt(0));

beforeEach(async () => {
  store = new Store(`signing-${count++}`);
  await store.load(PHONE);
  journal = new Journal(store, () => ({ wall: mono, mono: mono++, boot: VISIT, is_visible: true }));
});

async function enrolled(): Promise<Enrolled> {
  const key = await keptKey(store, 0);
  if (!key) throw new Error("no key");
  const device = { device_id: DEVICE, enrolled_at: "2026-11-23T09:00:00.000Z", name: "Sam", ...key };
  await store.enrol(device);
  return device;
}
const signer = ({ private_key }: Enrolled) => ({ device_id: DEVICE, actor_id: PERSON, private_key });
const events = async (): Promise<StoredEvent[]> => (await store.load(PHONE)).events;

/** As the office does it: over the line that says what it is, and the exact bytes. */
async function isSigned({ body, sig = "" }: StoredEvent, { public_key }: Enrolled): Promise<boolean> {
  const p256 = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", bytes(public_key), p256, false, ["verify"]);
  const message = new TextEncoder().encode(`doorstep/event/v1\n${body}`);
  return crypto.subtle.verify(p256, key, bytes(sig), message);
}

describe("the phone's key", () => {
  it("is kept so that nobody can take it out, and signs in 64 bytes", async () => {
    const key = await keptKey(store, 0);
    expect(key?.private_key.extractable).toBe(false);
    expect(bytes(key?.public_key ?? "")).toHaveLength(65);
    expect(bytes(await sign(key?.private_key as CryptoKey, "event", "{}"))).toHaveLength(64);
  });
  it("stays the same one until the office's answer is heard, and is another after that", async () => {
    const first = await keptKey(store, 0);
    expect((await keptKey(store, 1))?.public_key).toBe(first?.public_key);
    await enrolled();
    expect((await keptKey(store, 2))?.public_key).not.toBe(first?.public_key);
  });
  it("is none where the browser refuses to keep it", async () => {
    const refusing = Object.assign(new Store(`signing-${count++}`), {
      putAsked: () => Promise.reject(new DOMException("", "DataCloneError")),
    });
    expect(await keptKey(refusing, 0)).toBeNull();
  });
});

describe("what an enrolled phone states", () => {
  it("is signed over its exact bytes under the enrolled name, from the first event of a visit on", async () => {
    const device = await enrolled();
    const visit = await journal.begin(basis, signer(device));
    await journal.append(visit, [knock, knock], signer(device));
    for (const event of await events()) {
      expect(JSON.parse(event.body).device_id).toBe(DEVICE);
      expect(await isSigned(event, device)).toBe(true);
    }
  });
  it("is written anew by a tab that had not heard of the enrolment: no event stands unsigned after it", async () => {
    const visit = await journal.begin(basis, who);
    const device = await enrolled();
    await journal.append(visit, [knock], who);
    await journal.begin({ ...basis, visit_id: PERSON }, who);
    const [first, ...later] = (await events()).sort((a, b) => a.seq - b.seq);
    expect([first?.sig, JSON.parse(first?.body ?? "").device_id]).toEqual([undefined, PHONE]);
    expect(later).toHaveLength(2);
    for (const event of later) expect(await isSigned(event, device)).toBe(true);
  });
  it("goes to the office with its signature, and without one where there is none", async () => {
    await visitOf(store, 0);
    const device = await enrolled();
    await journal.append(
      { basis, chain: (await store.load(PHONE)).chains[0] as never, events: [] },
      [knock],
      signer(device),
    );
    const sent: { sig?: string }[] = [];
    const office = new CountingOffice();
    const send: Sender["send"] = (path, what: Call = {}) => {
      sent.push(...(JSON.parse(JSON.stringify(what.json)) as { events: { sig?: string }[] }).events);
      return office.send(path, what);
    };
    await sendAll({ store, send, now_ms: () => 0 }, PERSON);
    expect(sent.map(({ sig }) => sig?.length)).toEqual([undefined, 86]);
  });
});

describe("the office's time", () => {
  const embedded = async (): Promise<unknown[]> => (await events()).map(({ body }) => JSON.parse(body).anchor);

  it("is embedded once, and again only when it is newer than the last in the same visit", async () => {
    const device = await enrolled();
    hear(anchorAt(1000));
    let visit = await journal.begin(basis, signer(device));
    visit = await journal.append(visit, [knock], signer(device));
    hear(anchorAt(2000));
    await journal.append(visit, [knock, knock], signer(device));
    expect(await embedded()).toEqual([anchorAt(1000), undefined, anchorAt(2000), undefined]);
    await journal.begin({ ...basis, visit_id: PERSON }, signer(device));
    expect((await embedded()).filter(Boolean)).toHaveLength(3);
  });
  it("is not embedded by a phone that signs nothing", async () => {
    hear(anchorAt(3000));
    await journal.begin(basis, who);
    expect(await embedded()).toEqual([undefined]);
  });
  it("is taken from what is in form alone, and what was kept never replaces what was heard", () => {
    hear(anchorAt(4000));
    hear("5000.7.short.sig");
    hear(null);
    rememberAnchor(anchorAt(9000));
    expect(newestAnchor()).toBe(anchorAt(4000));
    expect([anchorMs(newestAnchor()), anchorMs("")]).toEqual([4000, 0]);
  });
  it("is kept with what the office acknowledged, for a start without signal", async () => {
    hear(anchorAt(5000));
    await visitOf(store, 1);
    await sendAll({ store, send: new CountingOffice().send, now_ms: () => 0 }, PERSON);
    expect((await store.load(PHONE)).anchor).toBe(anchorAt(5000));
  });
});

describe("an enrolment whose answer was lost", () => {
  const MINUTE_MS = 60_000;
  const round = (device: unknown, now_ms: number): Promise<Round> => {
    const office = new CountingOffice();
    const send: Sender["send"] = (path, what) =>
      path === "/api/me"
        ? Promise.resolve(ok({ device, server_time: "2026-11-23T09:00:00.000Z" }))
        : office.send(path, what);
    return sendAll({ store, send, now_ms: () => now_ms }, PERSON);
  };
  const known = { device_id: DEVICE, is_revoked: false };

  it("is taken up as the office knows it, before anything is sent", async () => {
    const key = await keptKey(store, 0);
    expect((await round(known, MINUTE_MS)).is).toBe("sent");
    const { device } = await store.load(PHONE);
    expect([device?.device_id, device?.public_key]).toEqual([DEVICE, key?.public_key]);
  });
  it("is left where something was written unsigned since: that goes under another installation", async () => {
    await keptKey(store, 0);
    await visitOf(store, 1);
    expect((await round(known, MINUTE_MS)).is).toBe("number_taken");
    expect([(await store.load(PHONE)).device, await store.asked()]).toEqual([null, undefined]);
  });
  it("keeps its key as long as its code may live, and sends meanwhile", async () => {
    await keptKey(store, 0);
    await visitOf(store, 1);
    expect((await round(null, MINUTE_MS)).is).toBe("sent");
    expect(await store.asked()).toBeDefined();
    await round(null, 11 * MINUTE_MS);
    expect(await store.asked()).toBeUndefined();
  });
});

describe("a revoked phone", () => {
  const revoking = (office: CountingOffice): Sender["send"] =>
    (async (path: string, what: Call) => {
      const answer = await office.send<object>(path, what);
      const revoked = { device: { device_id: DEVICE, is_revoked: true }, wipe: true };
      return path === "/api/sync" && answer.is === "ok" ? { ...answer, body: { ...answer.body, ...revoked } } : answer;
    }) as Sender["send"];

  it("sends all that it holds, photos too, and then holds nothing but a note of that", async () => {
    await enrolled();
    const { name } = await photoOf(store);
    const office = new CountingOffice();
    expect((await sendAll({ store, send: revoking(office), now_ms: () => 5 }, PERSON)).is).toBe("wiped");
    expect([office.bodies.length, office.photos.get(name)?.length]).toEqual([2, 300_000]);
    const { queue, device, visits, photos, lost } = await store.load(DEVICE);
    expect([queue.installation_id, device, visits, photos]).toEqual([DEVICE, null, [], []]);
    expect(lost).toMatchObject({ at: 5, is_wiped: true });
  });
  it("keeps what the office does not have yet, and says that it was revoked", async () => {
    await enrolled();
    await photoOf(store);
    const office = new CountingOffice();
    const send: Sender["send"] = (path, what) =>
      path === "/api/sync" ? revoking(office)(path, what) : Promise.resolve({ is: "unreachable" });
    expect((await sendAll({ store, send, now_ms: () => 5 }, PERSON)).is).toBe("again_later");
    const { device, photos } = await store.load(PHONE);
    expect([device?.is_revoked, photos.length]).toEqual([true, 1]);
  });
});
