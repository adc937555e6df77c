// A note outside the store that the store exists, so that its loss between two visits is seen and told.
import type { Lost } from "../app/device";
import { unsent } from "../app/shown";
import type { State } from "../app/state";

const NAME = "doorstep-marker";

/** The last note, where there is one that can be read. */
export function readMarker(): Lost | null {
  try {
    return JSON.parse(localStorage.getItem(NAME) ?? "null") as Lost | null;
  } catch {
    return null;
  }
}

/** What was taken off on purpose was not lost. */
export function dropMarker(): void {
  try {
    localStorage.removeItem(NAME);
  } catch {
    // Nothing can be kept there, so nothing was.
  }
}

/** `more` is about to be kept: noted before it is, so that no loss falls between the two. */
export function keepMarker(state: State, more = 0): void {
  const { events, photos } = unsent(state);
  // A phone that nobody has worked with has nothing to lose.
  if (!state.person && state.queue.next_seq === 1) return;
  const marker: Lost = {
    at: state.reading.wall,
    person_id: state.person?.person_id ?? "",
    unsent: events + photos + more,
  };
  try {
    localStorage.setItem(NAME, JSON.stringify(marker));
  } catch {
    // Then the office's own list of begun visits is what tells of a loss.
  }
}
