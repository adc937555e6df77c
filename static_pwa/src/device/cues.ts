// Says by a buzz and two notes that a wait is over; the screen says it too, so either may be off or unheard.
import { type Cue, cueBetween, type Waits, waitsOf } from "../app/cues";
import { doorOf } from "../app/door";
import type { HeldState } from "../app/held";
import { NO_CHOICES } from "../app/state";
import { openVisits } from "./attention";

const BUZZES: Readonly<Record<Cue, number[]>> = { wait: [300, 120, 300, 120, 600], knock: [200, 120, 200] };
const NOTES: Readonly<Record<Cue, number[]>> = { wait: [660, 880, 880], knock: [660, 880] };
const NOTE_S = 0.22;

export interface Cues {
  /** Compares each open visit with the last look. */
  look(): void;
  /** So that a person hears what they chose. */
  give(cue: Cue): void;
}

export function makeCues(state: HeldState): Cues {
  let audio: AudioContext | null = null;
  let before: Waits[] = [];

  /** Browsers let a page make sound only once it was tapped. */
  function unlock(): void {
    if (!globalThis.AudioContext || !state.value.device.settings.has_sound) return;
    audio ??= new AudioContext();
    if (audio.state !== "running") void audio.resume().catch(() => undefined);
  }
  addEventListener("click", unlock, true);

  function sound(notes: readonly number[]): void {
    if (!audio) return;
    if (audio.state !== "running") void audio.resume().catch(() => undefined);
    const loud = audio.createGain();
    loud.gain.value = 0.25;
    loud.connect(audio.destination);
    notes.forEach((note, place) => {
      if (!audio) return;
      const tone = audio.createOscillator();
      tone.frequency.value = note;
      tone.connect(loud);
      const from = audio.currentTime + place * NOTE_S * 1.3;
      tone.start(from);
      tone.stop(from + NOTE_S);
    });
  }

  function give(cue: Cue): void {
    const { has_sound, has_vibration } = state.value.device.settings;
    if (has_vibration) navigator.vibrate?.(BUZZES[cue]);
    if (has_sound) sound(NOTES[cue]);
  }

  function look(): void {
    const { reading } = state.value;
    const now = openVisits(state).map((visit) => waitsOf(doorOf(visit, reading.wall, NO_CHOICES)));
    const due = now.map((one) =>
      cueBetween(
        before.find(({ visit_id }) => visit_id === one.visit_id),
        one,
      ),
    );
    before = now;
    const cue = due.find((one) => one === "wait") ?? due.find((one) => one !== null);
    if (cue) give(cue);
  }
  return { look, give };
}
