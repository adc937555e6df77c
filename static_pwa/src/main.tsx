// Starts the phone: the state, its store, and the one page that is drawn from them.
import { render } from "preact";
import { HeldState } from "./app/held";
import { firstState } from "./app/state";
import { call } from "./device/api";
import { look } from "./device/clock";
import { makePhone } from "./device/phone";
import { readSettings } from "./device/settings";
import { Store } from "./device/store";
import { App, isToday, loadScreens } from "./views/app";
import { loadWords, WORDS } from "./views/words";
import "./views/style/phone.css";
import "./views/style/dock.css";
import "./views/style/checklist.css";
import "./views/style/today.css";
import "./views/style/door.css";
import "./views/style/planner.css";
import "./views/style/card.css";
import "./views/style/device.css";
import "./views/style/small.css";

const settings = readSettings();
/** The build marks this file's address itself. */
const version = /-([\w-]+)\.js/.exec(import.meta.url)?.[1] ?? "0";
const state = new HeldState(firstState(look()));
state.say({ is: "device", now: { settings, version } });
const phone = makePhone(state, new Store(), cameraInput());
const AGAIN_MS = 1000;
/** Before the whole page is begun again. */
const MOST_TRIES = 3;
const page = document.getElementById("phone") as HTMLElement;

/** Stands outside what is drawn, so that no change of screen takes it away while the camera is open. */
function cameraInput(): HTMLInputElement {
  const input = document.createElement("input");
  input.type = "file";
  input.accept = "image/*";
  input.setAttribute("capture", "environment");
  input.id = "camera";
  input.hidden = true;
  document.body.append(input);
  return input;
}

async function start(): Promise<void> {
  // Both wait for the phone's disk, so side by side: the first screen needs both.
  await Promise.all([loadWords(settings.language), phone.recall()]);
  if (!isToday(state.value)) await bringScreens();
  const draw = (): void => render(<App state={state.value} act={phone.act} />, page);
  state.onChange(draw);
  // The first screen is painted before anything else is begun.
  await new Promise((painted) => setTimeout(painted));
  void bringScreens().then(draw);
  await phone.wake();
}

/**
 * Kept with the rest of this version; before that is so, a broken link may need several tries. A browser may give up for
 * good what failed once, and the office may have let go of this version: then the page is begun again, once it answers.
 */
async function bringScreens(): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await loadScreens();
    } catch {
      await new Promise((again) => setTimeout(again, AGAIN_MS));
      if (tries >= MOST_TRIES && (await call("/healthz")).is === "ok") location.reload();
    }
  }
}

start().catch((fault: unknown) => {
  // Private windows and full disks refuse a store: nothing could be kept, so nothing is promised.
  page.textContent = `${WORDS.no_store ?? "Doorstep could not start. Open it again."} (${String(fault)})`;
});
