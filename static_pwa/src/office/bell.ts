// Tells of a new call beyond the page: a sound, and in the window's title how many wait; anybody may turn both off.

const KEPT = "doorstep-bell";
const RINGING = "doorstep-board-ringing";
/** One ring for all windows of a browser: those that look at the board a moment later keep still. */
const RING_REST_MS = 3_000;
const NOTES: readonly (readonly [hertz: number, from_s: number])[] = [
  [660, 0],
  [880, 0.18],
];
const NOTE_S = 0.3;
const LOUDNESS = 0.12;

export class Bell {
  readonly #title = document.title;
  readonly #choice: HTMLInputElement;
  readonly #hint: HTMLElement;
  readonly #kept_hint: string;
  readonly #waits_hint: string;
  #sound: AudioContext | null = null;
  #waiting = 0;

  constructor(choice: HTMLInputElement, hint: HTMLElement, waits_hint: string) {
    this.#choice = choice;
    this.#hint = hint;
    this.#kept_hint = hint.textContent ?? "";
    this.#waits_hint = waits_hint;
    choice.checked = localStorage.getItem(KEPT) !== "off";
    choice.addEventListener("change", () => {
      localStorage.setItem(KEPT, choice.checked ? "on" : "off");
      this.#show();
    });
    // A browser lets nothing sound before somebody has touched the page, and complains of whoever tries.
    for (const gesture of ["pointerdown", "keydown"]) document.addEventListener(gesture, () => this.#wake(), true);
    this.#show();
  }

  get is_on(): boolean {
    return this.#choice.checked;
  }

  /** So many calls wait that nobody has taken; `is_new` where one of them was not there before. */
  tell(waiting: number, is_new: boolean): void {
    this.#waiting = waiting;
    this.#show();
    if (is_new && this.is_on) void this.#ring();
  }

  #wake(): void {
    if (!this.is_on || this.#sound?.state === "running") return;
    this.#sound ??= new AudioContext();
    void this.#sound.resume().then(() => this.#show());
  }

  #show(): void {
    document.title = this.is_on && this.#waiting > 0 ? `(${this.#waiting}) ${this.#title}` : this.#title;
    const is_waiting = this.is_on && this.#sound?.state !== "running";
    this.#hint.textContent = is_waiting ? this.#waits_hint : this.#kept_hint;
  }

  async #ring(): Promise<void> {
    const sound = this.#sound;
    if (sound?.state !== "running") return;
    await navigator.locks.request(RINGING, { ifAvailable: true }, async (lock) => {
      if (!lock) return;
      for (const [hertz, from_s] of NOTES) play(sound, hertz, sound.currentTime + from_s);
      await new Promise((rested) => setTimeout(rested, RING_REST_MS));
    });
  }
}

function play(sound: AudioContext, hertz: number, at_s: number): void {
  const note = sound.createOscillator();
  const volume = sound.createGain();
  note.frequency.value = hertz;
  volume.gain.setValueAtTime(LOUDNESS, at_s);
  // A note that is cut off clicks.
  volume.gain.exponentialRampToValueAtTime(0.001, at_s + NOTE_S);
  note.connect(volume).connect(sound.destination);
  note.start(at_s);
  note.stop(at_s + NOTE_S);
}
