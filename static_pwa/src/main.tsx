// Starts the phone: the state, its store, and the one page that is drawn from them.
import { render } from "preact";
import { HeldState } from "./app/held";
import { firstState } from "./app/state";
import { look } from "./device/clock";
import { makePhone } from "./device/phone";
import { Store } from "./device/store";
import { App } from "./views/app";
import { loadWords, WORDS } from "./views/words";
import "./views/phone.css";

const state = new HeldState(firstState(look()));
const phone = makePhone(state, new Store(), cameraInput());
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
  await loadWords();
  state.onChange(() => render(<App state={state.value} act={phone.act} />, page));
  await phone.wake();
}

start().catch((fault: unknown) => {
  // Private windows and full disks refuse a store: nothing could be kept, so nothing is promised.
  page.textContent = `${WORDS.no_store ?? "Doorstep could not start. Open it again."} (${String(fault)})`;
});
