// Putting Doorstep on the home screen: the browser's own question is kept for a calm moment, and never asked at a door.
import type { Device } from "../app/device";
import type { HeldState } from "../app/held";

/** Not in TypeScript's own list: Chromium alone has it. */
interface InstallQuestion extends Event {
  prompt(): Promise<unknown>;
}

function standing(): Device["install"] {
  const is_done =
    matchMedia("(display-mode: standalone)").matches || (navigator as { standalone?: boolean }).standalone === true;
  if (is_done) return "done";
  // An iPad calls itself a Macintosh, which has no touch screen.
  const { userAgent, maxTouchPoints } = navigator;
  const is_ios = /iPhone|iPad|iPod/.test(userAgent) || (/Macintosh/.test(userAgent) && maxTouchPoints > 1);
  return is_ios ? "by_hand_ios" : "by_hand";
}

/** `installed` is called when it has been put there. Gives what asks the browser's question, where it has one. */
export function watchInstall(state: HeldState, installed: () => void): () => Promise<void> {
  let question: InstallQuestion | null = null;
  const say = (install: Device["install"]): void => state.say({ is: "device", now: { install } });
  say(standing());
  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    question = event as InstallQuestion;
    say("ask");
  });
  addEventListener("appinstalled", () => {
    say("done");
    installed();
  });
  return async () => {
    const asked = question;
    question = null;
    // It may be asked once: after that, by hand.
    say("by_hand");
    await asked?.prompt();
  };
}
