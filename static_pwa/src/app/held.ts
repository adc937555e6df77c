// Holds the one state and tells the page when it changes: a screen is drawn from all of it, so nothing finer is needed.
import type { State } from "./state";
import { type Message, update } from "./update";

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
  say(message: Message): void {
    this.#state = update(this.#state, message);
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
