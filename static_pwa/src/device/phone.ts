// Joins the screens to the phone: the store, the taps, the camera, the clocks and the office, in the order of waking.
import type { Actions } from "../app/actions";
import type { HeldState } from "../app/held";
import { openVisits, payAttention } from "./attention";
import { joinOffice } from "./office";
import { takePhotographs } from "./photographs";
import { recall } from "./recall";
import type { Store } from "./store";
import { takeTaps } from "./taps";
import { registerUpdates } from "./updates";

const ASK_AGAIN_MS = 30_000;

export interface Phone {
  readonly act: Actions;
  /** Opens the store and brings back what is in it. */
  recall(): Promise<void>;
  /** Once that is on the screen: listens to the phone, and only then looks for a network. */
  wake(): Promise<void>;
}

export function makePhone(state: HeldState, store: Store, camera: HTMLInputElement): Phone {
  const tabs = "BroadcastChannel" in globalThis ? new BroadcastChannel("doorstep") : null;
  const taps = takeTaps(state, store, (visit_id) => {
    tabs?.postMessage(visit_id);
    office.outbox.poke();
  });
  const office = joinOffice(state, store, taps.once, () => tabs?.postMessage("sent"), askToPersist);

  async function askToPersist(): Promise<void> {
    if (!navigator.storage?.persist) return;
    const is_persisted = (await navigator.storage.persisted()) || (await navigator.storage.persist());
    state.say({ is: "persisted", is_persisted });
  }

  async function wake(): Promise<void> {
    payAttention(state, store, () => {
      void taps.stateGaps();
      office.attend();
    });
    tabs?.addEventListener("message", () => void recall(state, store, false));
    addEventListener("online", () => {
      state.say({ is: "net", is_online: true });
      office.attend();
    });
    addEventListener("offline", () => state.say({ is: "net", is_online: false }));
    setInterval(() => office.outbox.nudge(), ASK_AGAIN_MS);
    if (!navigator.onLine) state.say({ is: "net", is_online: false });
    // A time out of view is stated as soon as it is over, before any tap.
    await taps.stateGaps();
    void registerUpdates(openVisits(state).length > 0);
    void askToPersist();
    office.outbox.resume(state.value.sending);
    office.attend();
  }

  const act: Actions = {
    ...taps,
    ...takePhotographs(state, store, camera, taps),
    ...office,
    go: (route) => {
      state.say({ is: "went", route });
      scrollTo(0, 0);
    },
    open: (screen) => state.say({ is: "opened", screen }),
    draft: (draft) => state.say({ is: "drafted", draft }),
    choose: (clause) => state.say({ is: "chose", clause }),
    putOff: (clause) => state.say({ is: "put_off", clause }),
    decline: (clause, is_declined) => state.say({ is: "declined", clause, is_declined }),
  };
  return { act, wake, recall: () => recall(state, store, true) };
}
