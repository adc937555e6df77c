// Holds the one state and tells the page when it changes: a screen is drawn from all of it, so nothing finer is needed.
import type { State } from "./state";

export class HeldState {
  #state: State;
  #changed: () => void = () => undefined;
  #is_due = false;

  constructor(first: State) {
    this.#state = first;
  }
  get value(): State {
    return this.#state;
  }
  /** Changes within one turn of the page are drawn once. */
  set value(next: State) {
    this.#state = next;
    if (this.#is_due) return;
    this.#is_due = true;
    queueMicrotask(() => {
      this.#is_due = false;
      this.#changed();
    });
  }
  /** From now on `draw` is called after every change, and once at first. */
  onChange(draw: () => void): void {
    this.#changed = draw;
    draw();
  }
}
