// What a person chose for this phone: read before the first screen is drawn, so kept where reading takes no waiting.
import { FIRST_SETTINGS, type Settings } from "../app/device";

const NAME = "doorstep-settings";

/** A browser that keeps nothing here gives what a new phone has, in the phone's own language until one is chosen. */
export function readSettings(): Settings {
  const first = { ...FIRST_SETTINGS, language: /^cy\b/.test(navigator.language) ? "cy" : "en" };
  try {
    return { ...first, ...(JSON.parse(localStorage.getItem(NAME) ?? "{}") as Partial<Settings>) };
  } catch {
    return first;
  }
}

export function keepSettings(settings: Settings): void {
  try {
    localStorage.setItem(NAME, JSON.stringify(settings));
  } catch {
    // A full or closed store: the choice holds until the app is closed.
  }
}
