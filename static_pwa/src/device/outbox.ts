// Decides when the phone sends what it holds: when something may have changed, and again after a failure, ever later.
import type { Sending, Tried } from "../app/sending";
import { type Round, type Sender, sendAll } from "./round";
import { newPace } from "./upload";

const FIRST_DELAY_MS = 2000;
const LONGEST_DELAY_MS = 300_000;
const FEED_DELAY_MS = 3000;

/** Full jitter: many phones that lost signal together must not come back together. */
export function backoff(failures: number, random: number): number {
  return Math.round(random * Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** failures));
}

export interface OutboxEvents {
  readonly actor_id: () => string | null;
  readonly began: () => void;
  readonly ended: (round: Round) => Promise<void>;
  readonly progress: (tried: Tried) => void;
}

/** Decides when to send: when poked, and again after a failure; one sender among the phone's tabs. */
export class Outbox {
  readonly #sender: Sender;
  readonly #events: OutboxEvents;
  #failures = 0;
  #is_due = false;
  #not_before = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #is_running = false;
  #is_wanted = false;

  constructor(sender: Sender, events: OutboxEvents) {
    this.#sender = { pace: newPace(), ...sender };
    this.#events = events;
  }

  /** Something may have changed: a tap, a signal, the page in view again; or "Send now", which waits for nobody. */
  poke(is_asked = false): void {
    clearTimeout(this.#timer);
    const left = this.#not_before - this.#sender.now_ms();
    // A server that asked to be left alone is left alone; a clock set back meanwhile must not make that for ever.
    if (!is_asked && left > 0 && left <= LONGEST_DELAY_MS) {
      this.#timer = setTimeout(() => this.poke(), left);
      return;
    }
    this.#timer = undefined;
    this.#is_wanted = true;
    if (!this.#is_running) void this.#run();
  }

  /** Time has passed, and nothing else: a wait that is running is not cut short. */
  nudge(): void {
    if (this.#timer === undefined) this.poke();
  }

  async #run(): Promise<void> {
    this.#is_running = true;
    try {
      while (this.#is_wanted) await this.#once();
    } catch {
      // The store or the browser failed around the round. Whoever stops here would never send again.
      this.#later(null);
    } finally {
      this.#is_running = false;
    }
  }

  async #once(): Promise<void> {
    this.#is_wanted = false;
    const tried: Tried = { seq: 0, photos: {} };
    const at = this.#sender.now_ms();
    const round = await alone(() => this.#round(tried));
    // The other tab may have looked into the queue before this one's tap was in it.
    if (round === undefined) this.#timer = setTimeout(() => this.poke(), FIRST_DELAY_MS);
    if (!round) return;
    // Nothing is put on the shelves that were just cleared.
    if (round.is === "wiped") return this.#events.ended(round);
    const next_at = round.is === "again_later" ? this.#later(round.wait_ms) : null;
    if (round.is !== "again_later") {
      this.#failures = 0;
      this.#not_before = 0;
    }
    const why = round.is === "sent" ? "" : round.is === "again_later" ? round.why : "signed_out";
    // Only what is told of the try is lost where the store does not take this; the try itself was made.
    await this.#sender.store.putSending({ ...tried, at, why, next_at }).catch(() => undefined);
    // What the office makes of a photo comes by the feed, soon after.
    if (round.is === "sent" && round.is_photo_sent) this.#timer = setTimeout(() => this.poke(), FEED_DELAY_MS);
    await this.#events.ended(round);
  }

  async #round(tried: Tried): Promise<Round | null> {
    const actor_id = this.#events.actor_id();
    if (!actor_id) return null;
    this.#events.began();
    try {
      return await sendAll({ ...this.#sender, progress: this.#events.progress }, actor_id, tried);
    } catch {
      // The store failed to answer: nothing was taken off the phone, so it is tried again.
      return { is: "again_later", wait_ms: null, is_unreachable: false, why: "store" };
    }
  }

  /** A restart leaves the office alone for as long as it asked before. */
  resume(sending: Sending | null): void {
    if (sending?.why === "asked_to_wait") this.#not_before = sending.next_at ?? 0;
  }

  #later(wait_ms: number | null): number {
    const delay = Math.max(wait_ms ?? 0, backoff(this.#failures, Math.random()));
    // A tap that finds no link is no news of how long there has been none: only a wait that ran out is.
    if (this.#is_due || this.#failures === 0) this.#failures += 1;
    this.#is_due = false;
    this.#not_before = wait_ms === null ? 0 : this.#sender.now_ms() + wait_ms;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#is_due = true;
      this.poke();
    }, delay);
    return this.#sender.now_ms() + delay;
  }
}

/** The work; undefined while another tab is sending, which takes this one's events along. */
function alone<R>(work: () => Promise<R>): Promise<R | undefined> {
  if (!globalThis.navigator?.locks) return work();
  return navigator.locks.request("doorstep-sender", { ifAvailable: true }, (lock) =>
    lock ? work() : undefined,
  ) as Promise<R | undefined>;
}
