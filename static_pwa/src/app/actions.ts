// What a screen may ask of the phone: the only way from a button to the world outside.
import type { Settings } from "./device";
import type { Draft, Route, Screen } from "./state";

export interface Entry {
  readonly kind: string;
  readonly own: Readonly<Record<string, string | number | boolean>>;
}

export interface Actions {
  go(route: Route): void;
  open(screen: Screen | null): void;
  draft(draft: Partial<Draft>): void;
  choose(clause: string): void;
  putOff(clause: string): void;
  decline(clause: string, is_declined: boolean): void;
  signIn(username: string, password: string): void;
  signOut(): void;
  /** Makes this phone known to the office, by the code that it gave. */
  enrol(code: string): void;
  begin(appointment_id: string): void;
  arrive(): void;
  /** The operative has seen that the appointment changed: from here on the visit is judged by its new form. */
  adopt(): void;
  /** States a fact about the open visit; `next` is the screen to open once it is durable (null: the visit says). */
  tap(kind: string, own?: Entry["own"], next?: Screen | null): void;
  /** States of each of these checks that it is skipped, and why. */
  skip(clauses: readonly string[], reason: string, note?: string): void;
  /** Not safe: the visit is closed with one tap, whatever else is being done. */
  leave(): void;
  askPhoto(): void;
  openCamera(): void;
  picked(file: File): void;
  keepPhoto(sha256: string): void;
  retakePhoto(sha256: string): void;
  photoAddress(sha256: string): Promise<string | null>;
  sendNow(): void;
  /** The photo that there was no room for, once more: smaller, or as it was after room was made. */
  retryPhoto(is_small: boolean): void;
  /** Shows the phone's camera in the page; null puts it out. */
  viewfinder(video: HTMLVideoElement | null): void;
  shoot(video: HTMLVideoElement): void;
  set(settings: Partial<Settings>): void;
  tryCue(): void;
  install(): void;
  lookForRoom(): void;
  /** The operative has read what this phone lost. */
  readLost(): void;
}
