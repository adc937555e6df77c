// What became of the last tries to send: kept over restarts, so that what is told of them is what happened.

/** Why something did not go. `""`: it went, or is on its way. */
export type Why =
  | ""
  | "no_signal"
  | "no_answer"
  | "asked_to_wait"
  | "office_fault"
  | "signed_out"
  | "store"
  | "not_known"
  | "broken";

export interface Try {
  /** On the phone's wall clock, in ms. */
  readonly at: number;
  readonly why: Why;
}
export interface PhotoTry extends Try {
  /** Bytes that the office has said it holds. */
  readonly offset: number;
}
/** The last round: how far into the queue it came, and for each photo its own last try. */
export interface Sending extends Try {
  /** When the next try begins by itself; null where none is due. */
  readonly next_at: number | null;
  readonly seq: number;
  readonly photos: Readonly<Record<string, PhotoTry>>;
}

/** What a round has tried so far: filled as it goes, since it may end anywhere. */
export interface Tried {
  seq: number;
  photos: Record<string, PhotoTry>;
}

/** What a photo's earlier tries said stands until it is tried again. */
export const joined = (old: Sending | null, now: Sending): Sending => ({
  ...now,
  photos: { ...old?.photos, ...now.photos },
});

/** What is said of an event that waits: its own last try, or null where none has held it. */
export function tryOf(sending: Sending | null, seq: number): Try | null {
  return sending && seq <= sending.seq ? sending : null;
}
