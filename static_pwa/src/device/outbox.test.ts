// Sending loses and doubles nothing, over a link that breaks where it hurts, against a server that counts.
import "fake-indexeddb/auto";
import { beforeEach, describe, expect, it } from "vitest";
import type { VisitBasis } from "../app/records";
import { sha256 } from "../domain/chain";
import type { Answer, Call } from "./api";
import { retryAfter } from "./api";
import { Journal } from "./journal";
import { BATCH, backoff, type Sender, sendAll } from "./outbox";
import { Store } from "./store";

const PHONE = "11111111-1111-4111-8111-111111111111";
const PERSON = "33333333-3333-4333-8333-333333333333";
const VISIT = "44444444-4444-4444-8444-444444444444";
const ok = (body: unknown, headers: Record<string, string> = {}): Answer<never> =>
  ({ is: "ok", status: 200, body, headers: new Headers(headers) }) as Answer<never>;
const refused = (status: number, type = "", headers: Record<string, string> = {}): Answer<never> => ({
  is: "refused",
  status,
  type,
  detail: "",
  headers: new Headers(headers),
});

/** A server that keeps what it is sent, and a link to it that a script may break: before it, or after it. */
class Office {
  bodies: string[] = [];
  photos = new Map<string, Uint8Array>();
  lengths = new Map<string, number>();
  sizes: number[] = [];
  feed: { position: number; kind: string; at: string; body: Record<string, unknown> }[] = [];
  script: ("lost" | "answer_lost" | Answer<never>)[] = [];

  send = async <T>(path: string, what: Call = {}): Promise<Answer<T>> => {
    const fate = this.script.shift();
    if (fate === "lost") return { is: "unreachable" };
    if (typeof fate === "object") return fate;
    const answer = path === "/api/sync" ? this.#sync(what) : await this.#photo(path, what);
    return fate === "answer_lost" ? { is: "unreachable" } : (answer as Answer<T>);
  };
  #sync({ json }: Call): Answer<never> {
    const { events, after } = json as { events: { seq: number; body: string }[]; after: number };
    this.sizes.push(events.length);
    for (const { seq, body } of events) if (seq === this.bodies.length + 1) this.bodies.push(body);
    const feed = this.feed.filter(({ position }) => position > after);
    const next = feed.at(-1)?.position ?? after;
    return ok({ ack: this.bodies.length, refused: [], server_time: "2026-11-23T09:00:00.000Z", feed, next });
  }
  async #photo(path: string, { method, bytes, headers = {} }: Call): Promise<Answer<never>> {
    const name = path.split("/").at(-1) ?? "";
    if (!this.bodies.some((body) => body.includes(name))) return refused(404);
    const held = this.photos.get(name) ?? new Uint8Array();
    const said = (part: Uint8Array) => ({
      "Upload-Offset": String(part.length),
      "Upload-Complete": part.length === this.lengths.get(name) ? "?1" : "?0",
    });
    if (method === "HEAD") return ok({}, said(held));
    if (Number(headers["Upload-Offset"]) !== held.length) return refused(409, "", said(held));
    this.lengths.set(name, Number(headers["Upload-Length"]));
    const more = Uint8Array.from([...held, ...new Uint8Array(bytes ?? new ArrayBuffer(0))]);
    this.photos.set(name, more);
    return ok({}, said(more));
  }
}

let count = 0;
let store: Store;
let office: Office;
let sender: Sender;

beforeEach(async () => {
  store = new Store(`outbox-${count++}`);
  await store.load(PHONE);
  office = new Office();
  sender = { store, send: office.send, now_ms: () => 0 };
});

async function visit(knocks: number): Promise<string[]> {
  let mono = 0;
  const journal = new Journal(store, () => ({ wall: mono, mono: mono++, boot: VISIT, is_visible: true }));
  const policy = { policy: "no_access", version: "1", title: "", clauses: [] };
  const basis: VisitBasis = {
    visit_id: VISIT,
    appointment_id: "A-1",
    actor_id: PERSON,
    started_at: "",
    snapshot: "{}",
    snapshot_sha256: "ab".repeat(32),
    policy,
  };
  const who = { device_id: PHONE, actor_id: PERSON };
  const begun = await journal.begin(basis, who);
  const knock = { kind: "door_knocked", own: { method: "knock" } };
  await journal.append(
    begun,
    Array.from({ length: knocks }, () => knock),
    who,
  );
  return (await store.load(PHONE)).events.map(({ body }) => body);
}

/** A photo of 300 kB kept as evidence, and the event that names it. */
async function withPhoto(): Promise<{ name: string }> {
  const bytes = Uint8Array.from({ length: 300_000 }, (_, index) => (index * 7) % 251);
  const name = await sha256(bytes);
  const own = { photo_sha256: name, size_bytes: bytes.length, width: 1, height: 1, source_sha256: name };
  await store.putPhoto({
    ...own,
    sha256: name,
    visit_id: VISIT,
    kind: "card_photographed",
    saved_at: "",
    is_kept: false,
    is_sent: false,
    bytes: bytes.buffer,
  });
  await visit(0);
  const { chains } = await store.load(PHONE);
  const chain = chains[0];
  if (!chain) throw new Error("no chain");
  const journal = new Journal(store, () => ({ wall: 9, mono: 9, boot: VISIT, is_visible: true }));
  const basis = (await store.load(PHONE)).visits[0] as VisitBasis;
  await journal.append(
    { basis, chain, events: [] },
    [{ kind: "card_photographed", own }],
    { device_id: PHONE, actor_id: PERSON },
    { keep_photo: name },
  );
  return { name };
}

describe("events", () => {
  it("go in the queue's order, at most 50 in a request, each once", async () => {
    const bodies = await visit(119);
    expect(await sendAll(sender, PERSON)).toMatchObject({ is: "sent", is_news: true });
    expect(office.bodies).toEqual(bodies);
    expect(Math.max(...office.sizes)).toBe(BATCH);
  });
  it("whose answer was lost are sent again and stand once", async () => {
    const bodies = await visit(3);
    office.script = ["answer_lost"];
    expect(await sendAll(sender, PERSON)).toMatchObject({ is: "again_later", is_unreachable: true });
    await sendAll(sender, PERSON);
    expect(office.bodies).toEqual(bodies);
  });
  it("wait for a sign-in on 401, and stay on the phone", async () => {
    await visit(1);
    office.script = [refused(401)];
    expect(await sendAll(sender, PERSON)).toEqual({ is: "sign_in" });
    expect((await store.unsent(PERSON, 50)).events).toHaveLength(2);
  });
  it("whose numbers the office holds with other bodies ask for a new installation id", async () => {
    await visit(1);
    office.script = [refused(409, "https://doorstep/problems/seq-reused")];
    expect(await sendAll(sender, PERSON)).toMatchObject({ is: "number_taken", queue: { installation_id: PHONE } });
  });
  it("are left alone for as long as the office asks", async () => {
    await visit(1);
    office.script = [refused(503, "", { "Retry-After": "7" })];
    expect(await sendAll(sender, PERSON)).toEqual({ is: "again_later", wait_ms: 7000, is_unreachable: false });
  });
  it("are not taken for received by an answer that counts more than was sent", async () => {
    await visit(1);
    office.script = [ok({ ack: 99, refused: [], server_time: "", feed: [], next: 0 })];
    await sendAll(sender, PERSON);
    expect((await store.load(PHONE)).queue.acked).toBe(2);
  });
  it("go in smaller parts where the office finds a request too large", async () => {
    const bodies = await visit(9);
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
    const { name } = await withPhoto();
    await sendAll(sender, PERSON);
    expect(await sha256(office.photos.get(name) as Uint8Array<ArrayBuffer>)).toBe(name);
    expect(await store.photo(name)).toMatchObject({ bytes: null, is_sent: true });
  });
  it("go on from the office's own offset after a link that broke before and after it", async () => {
    const { name } = await withPhoto();
    const pass = undefined as never;
    for (const script of [
      [pass, pass, "lost"],
      [pass, pass, "answer_lost"],
      [pass, "answer_lost"],
      [pass, pass, pass, "lost"],
    ]) {
      office.script = script as Office["script"];
      await sendAll(sender, PERSON);
      expect((await store.photo(name))?.bytes).not.toBeNull();
    }
    office.script = [];
    await sendAll(sender, PERSON);
    expect(await sha256(office.photos.get(name) as Uint8Array<ArrayBuffer>)).toBe(name);
    expect((await store.photo(name))?.is_sent).toBe(true);
  });
  it("are kept while the office does not have the event that names them", async () => {
    const { name } = await withPhoto();
    office.script = ["lost"];
    await sendAll(sender, PERSON);
    expect(office.photos.size).toBe(0);
    expect((await store.photo(name))?.bytes).not.toBeNull();
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
