// What a screen may ask of the phone: the only way from a button to the world outside.
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
  begin(appointment_id: string): void;
  arrive(): void;
  /** States facts about the open visit; `next` is the screen to open once they are durable (null: the visit says). */
  tap(entries: readonly Entry[], next?: Screen | null): void;
  askPhoto(): void;
  openCamera(): void;
  picked(file: File): void;
  keepPhoto(sha256: string): void;
  retakePhoto(sha256: string): void;
  photoAddress(sha256: string): Promise<string | null>;
  sendNow(): void;
}

export const fact = (kind: string, own: Entry["own"] = {}): Entry => ({ kind, own });
