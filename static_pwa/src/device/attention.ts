// Keeps the stopwatches true: looks at the clocks while the page is in view, and at once when it comes or goes.
import { isClosed, nextWait } from "../app/door";
import type { HeldState } from "../app/held";
import type { Visit } from "../app/records";
import { doorShown } from "../app/shown";
import { LOOK_MS, mustKeep } from "../domain/stopwatch";
import { look } from "./clock";
import type { Store } from "./store";
import { keepAwake } from "./wake_lock";

/** With nothing running, the page need only keep up with the minute. */
const STILL_MS = 10_000;

export const openVisits = ({ value }: HeldState): Visit[] => value.visits.filter((visit) => !isClosed(visit));

/** `looked` is called after every look, `back` whenever the page has come into view again. */
export function payAttention(state: HeldState, store: Store, looked: () => void, back: () => void): void {
  let kept = look();

  function keep(): void {
    kept = state.value.reading;
    for (const { chain } of openVisits(state)) store.putWatch(chain.visit_id, chain.watch).catch(() => undefined);
  }

  /** Into view or out of it: this must be durable at once, since a hidden page may never run again. */
  function turn(): void {
    state.say({ is: "looked", reading: look() });
    keep();
    // Out of view too: what is waited for now is what a later look is compared with.
    looked();
    if (state.value.reading.is_visible) back();
  }

  function tick(): void {
    const reading = look();
    if (!reading.is_visible) return;
    // The list of what is not sent counts down to its next try.
    const is_moving = openVisits(state).length > 0 || state.value.route.at === "unsent";
    if (!is_moving && reading.mono - state.value.reading.mono < STILL_MS) return;
    state.say({ is: "looked", reading });
    looked();
    if (mustKeep(kept, reading)) keep();
    const door = doorShown(state.value);
    void keepAwake(door !== null && nextWait(door.rows) !== undefined);
  }

  document.addEventListener("visibilitychange", turn);
  addEventListener("pagehide", turn);
  addEventListener("pageshow", turn);
  setInterval(tick, LOOK_MS);
}
