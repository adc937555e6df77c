// Starts the phone: the state, its store, and the one page that is drawn from them.
import { effect, signal } from "@preact/signals-core";
import { render } from "preact";
import { firstState } from "./app/state";
import { look } from "./device/clock";
import { Phone } from "./device/phone";
import { Store } from "./device/store";
import { App } from "./views/app";
import { WORDS } from "./views/words";
import "./views/phone.css";

const state = signal(firstState(look()));
const phone = new Phone(state, new Store());
const page = document.getElementById("phone") as HTMLElement;

/** Stands outside what is drawn, so that no change of screen takes it away while the camera is open. */
function cameraInput(): HTMLInputElement {
  const input = document.createElement("input");
  input.type = "file";
  input.accept = "image/*";
  input.setAttribute("capture", "environment");
  input.setAttribute("aria-label", WORDS.card.photograph);
  input.id = "camera";
  input.className = "unseen";
  input.tabIndex = -1;
  document.body.append(input);
  return input;
}

effect(() => render(<App state={state.value} act={phone} />, page));
phone.wake(cameraInput()).catch((fault: unknown) => {
  // Private windows and full disks refuse a store: nothing could be kept, so nothing is promised.
  page.textContent = `${WORDS.no_store} (${String(fault)})`;
});
