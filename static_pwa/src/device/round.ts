// One round of sending what the phone holds, in order and once: events first, then the photos that they name.
import type { PlannerCall, Queue, Standing, StoredEvent } from "../app/records";
import type { Tried, Why } from "../app/sending";
import { type Answer, type Call, retryAfter } from "./api";
import type { Store } from "./store";
import { newPace, type Pace, SLOW_MS, sendPhoto } from "./upload";

export const BATCH = 50;

interface FeedItem {
  readonly position: number;
  readonly kind: string;
  readonly at: string;
  readonly body: Record<string, unknown>;
}
interface SyncAnswer {
  readonly ack: number;
  readonly refused: readonly { seq: number; reason: string }[];
  readonly server_time: string;
  readonly feed: readonly FeedItem[];
  readonly next: number;
  /** Of an enrolled phone. `wipe`: it is revoked, and the office has every event that it sent. */
  readonly device?: Known | null;
  readonly wipe?: boolean;
}
/** This installation's enrolment, as the office knows it. */
interface Known {
  readonly device_id: string;
  readonly is_revoked: boolean;
}
/** An enrolment's code lives this long at most. */
const CODE_MS = 600_000;

/** What a round of sending came to: what to do next is different for each. */
export type Round =
  | {
      readonly is: "sent";
      readonly is_news: boolean;
      readonly is_day_changed: boolean;
      readonly is_photo_sent: boolean;
      readonly is_to_wipe: boolean;
    }
  | {
      readonly is: "again_later";
      readonly wait_ms: number | null;
      readonly is_unreachable: boolean;
      readonly why: Why;
    }
  | { readonly is: "sign_in" | "wiped" }
  | { readonly is: "number_taken"; readonly queue: Queue };

export type Send = <T>(path: string, what?: Call) => Promise<Answer<T>>;

export interface Sender {
  readonly store: Store;
  readonly send: Send;
  readonly now_ms: () => number;
  readonly pace?: Pace;
  /** Told while a photo goes: how much of it the office holds. */
  readonly progress?: (tried: Tried) => void;
}

const ofKind = <T>(feed: readonly FeedItem[], kind: string): T[] =>
  feed.filter((item) => item.kind === kind).map((item) => ({ ...item.body, at: item.at }) as T);

function refusal(answer: Exclude<Answer<unknown>, { is: "ok" }>, queue: Queue, now_ms: number): Round {
  if (answer.is === "unreachable")
    return {
      is: "again_later",
      wait_ms: null,
      is_unreachable: true,
      why: globalThis.navigator?.onLine === false ? "no_signal" : "no_answer",
    };
  if (answer.status === 401 || answer.status === 403) return { is: "sign_in" };
  if (answer.status === 409 && answer.type.endsWith("seq-reused")) return { is: "number_taken", queue };
  const wait_ms = retryAfter(answer.headers, now_ms);
  return {
    is: "again_later",
    wait_ms,
    is_unreachable: false,
    why: wait_ms === null ? "office_fault" : "asked_to_wait",
  };
}

/** Whether the office enrolled this phone where its answer was lost: until that is known, nothing may go unsigned. */
async function settleEnrolment({ store, send, now_ms }: Sender): Promise<Round | null> {
  const asked = await store.asked();
  if (!asked) return null;
  const answer = await send<{ device: Known | null; server_time: string }>("/api/me");
  const { queue } = await store.unsent("", 1);
  if (answer.is !== "ok") return refusal(answer, queue, now_ms());
  const is_over = Math.abs(now_ms() - asked.asked_at) > CODE_MS;
  const { device, server_time } = answer.body;
  const is_left = await store.settleAsked(device?.device_id ?? null, server_time, is_over);
  return is_left ? { is: "number_taken", queue } : null;
}

/** Sends every event that the office has not acknowledged and reads its feed to the end. */
async function sendEvents(sender: Sender, actor_id: string, tried: Tried): Promise<Round> {
  const unsettled = await settleEnrolment(sender);
  if (unsettled) return unsettled;
  const { store, send, now_ms, pace = newPace() } = sender;
  let is_news = false;
  let is_day_changed = false;
  let most = BATCH;
  for (;;) {
    const size = Math.min(most, pace.events);
    const began = now_ms();
    const { queue, after, events } = await store.unsent(actor_id, size);
    tried.seq = events.at(-1)?.seq ?? tried.seq;
    const answer = await send<SyncAnswer>("/api/sync", {
      method: "POST",
      json: {
        installation_id: queue.installation_id,
        after: after ?? 0,
        events: events.map(({ seq, body, sig }: StoredEvent) => ({ seq, body, sig })),
      },
    });
    if (answer.is === "refused" && answer.status === 413 && size > 1) {
      most = Math.ceil(size / 2);
      continue;
    }
    // A request that ran out of time was too much for this link; where there is no link at all, it fails at once.
    if (answer.is === "unreachable" && now_ms() - began >= SLOW_MS) pace.events = Math.ceil(size / 2);
    if (answer.is !== "ok") return refusal(answer, queue, now_ms());
    pace.events = Math.min(BATCH, size * 2);
    const { refused, feed, next, server_time, device, wipe = false } = answer.body;
    // Nothing counts as received that was not sent: an answer that says more is about another phone's events.
    const ack = Math.min(answer.body.ack, events.at(-1)?.seq ?? queue.acked);
    const calls = ofKind<PlannerCall>(feed, "planner_call_logged");
    const standings = ofKind<Standing>(feed, "standing_changed");
    const unreadable = ofKind<{ sha256: string; why: string }>(feed, "photo_unreadable");
    await store.acknowledge({
      queue,
      actor_id,
      acked: ack,
      refused,
      after: next,
      sent_at: server_time,
      standings,
      calls,
      unreadable,
      is_revoked: device?.is_revoked,
    });
    is_news ||= events.length > 0 || feed.length > 0;
    is_day_changed ||= feed.some(({ kind }) => kind.startsWith("appointment_"));
    const is_stuck = events.length > 0 && ack <= queue.acked;
    if (is_stuck) return { is: "again_later", wait_ms: null, is_unreachable: false, why: "office_fault" };
    const is_end = events.length < size && next === (after ?? 0);
    if (is_end || (events.length < size && feed.length === 0))
      return { is: "sent", is_news, is_day_changed, is_photo_sent: false, is_to_wipe: wipe };
  }
}

/** One round: events, then the bytes of photos whose events the office holds. */
export async function sendAll(sender: Sender, actor_id: string, tried: Tried = { seq: 0, photos: {} }): Promise<Round> {
  const round = await sendEvents(sender, actor_id, tried);
  if (round.is !== "sent") return round;
  const { photos, events, queue } = await sender.store.load(crypto.randomUUID());
  let is_photo_sent = false;
  for (const photo of photos.filter(({ is_kept, is_sent }) => is_kept && !is_sent)) {
    const named = events.find(({ body }) => body.includes(`"photo_sha256":"${photo.sha256}"`));
    const is_acknowledged =
      named !== undefined && (named.installation_id !== queue.installation_id || named.seq <= queue.acked);
    const held = is_acknowledged ? await sender.store.photo(photo.sha256) : undefined;
    if (!held?.bytes) continue;
    let offset = 0;
    const note = (why: Why): void => {
      tried.photos[photo.sha256] = { at: sender.now_ms(), why, offset };
      sender.progress?.(tried);
    };
    const sent = await sendPhoto(sender, photo.sha256, held.bytes, (held_there) => {
      offset = held_there;
      note("");
    });
    if (sent.is === "not_wanted") {
      note(sent.why);
      continue;
    }
    if (sent.is === "failed") {
      const round = refusal(sent.answer, queue, sender.now_ms());
      note("why" in round ? round.why : "signed_out");
      return round;
    }
    await sender.store.photoSent(photo.sha256);
    is_photo_sent = true;
  }
  if (round.is_to_wipe && (await sender.store.wipe(sender.now_ms()))) return { is: "wiped" };
  return { ...round, is_news: round.is_news || is_photo_sent, is_photo_sent };
}
