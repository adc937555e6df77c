// A server that keeps what it is sent, and a link to it that a test may break: what the sender's tests send to.
import type { VisitBasis } from "../app/records";
import { sha256 } from "../domain/chain";
import type { Answer, Call } from "./api";
import { Journal } from "./journal";
import type { Store } from "./store";

export const PHONE = "11111111-1111-4111-8111-111111111111";
export const PERSON = "33333333-3333-4333-8333-333333333333";
export const VISIT = "44444444-4444-4444-8444-444444444444";
export const ok = (body: unknown, headers: Record<string, string> = {}): Answer<never> =>
  ({ is: "ok", status: 200, body, headers: new Headers(headers) }) as Answer<never>;
export const refused = (status: number, type = "", headers: Record<string, string> = {}): Answer<never> => ({
  is: "refused",
  status,
  type,
  detail: "",
  headers: new Headers(headers),
});

/** A server that keeps what it is sent, and a link to it that a script may break: before it, or after it. */
export class CountingOffice {
  bodies: string[] = [];
  /** What each installation has used its numbers for, from 1 on. */
  numbers = new Map<string, string[]>();
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
    const { installation_id, events, after } = json as {
      installation_id: string;
      events: { seq: number; body: string }[];
      after: number;
    };
    this.sizes.push(events.length);
    const held = this.numbers.get(installation_id) ?? [];
    if (events.some(({ seq, body }) => held[seq - 1] !== undefined && held[seq - 1] !== body))
      return refused(409, "https://doorstep/problems/seq-reused");
    for (const { seq, body } of events) {
      if (seq === held.length + 1) held.push(body);
      if (!this.bodies.includes(body)) this.bodies.push(body);
    }
    this.numbers.set(installation_id, held);
    const feed = this.feed.filter(({ position }) => position > after);
    const next = feed.at(-1)?.position ?? after;
    return ok({ ack: held.length, refused: [], server_time: "2026-11-23T09:00:00.000Z", feed, next });
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

export async function visitOf(store: Store, knocks: number): Promise<string[]> {
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
export async function photoOf(store: Store): Promise<{ name: string }> {
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
  await visitOf(store, 0);
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
