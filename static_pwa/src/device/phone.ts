// Joins the screens to the phone: the store, the taps, the camera, the clocks and the office, in the order of waking.
import type { Actions } from "../app/actions";
import type { HeldState } from "../app/held";
import { loadWords } from "../views/words";
import { openVisits, payAttention } from "./attention";
import { instant, look } from "./clock";
import { makeCues } from "./cues";
import { watchInstall } from "./install";
import { joinOffice } from "./office";
import { takePhotographs } from "./photographs";
import { recall } from "./recall";
import { askToPersist, lookForRoom } from "./room";
import { keepSettings } from "./settings";
import type { Store } from "./store";
import { takeTaps } from "./taps";
import { keepUpToDate, type Updates } from "./updates";

const ASK_AGAIN_MS = 30_000;
/** As long as a resident may dispute a visit, and its operative may have to answer. */
const KEPT_MS = 28 * 86_400_000;

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
  const office = joinOffice(state, store, taps.once, () => tabs?.postMessage("sent"), settleIn);
  const cues = makeCues(state);
  const askInstall = watchInstall(state, settleIn);
  let updates: Updates | null = null;
  store.onFull = () => state.say({ is: "device", now: { space: "full" } });

  async function roomLook(is_thorough: boolean): Promise<void> {
    if (!state.value.person) return;
    const found = await lookForRoom(store, is_thorough);
    // Back in view at a door: what the thorough look found stands until the next one.
    const stands = !is_thorough && found.space === "enough" && state.value.device.space === "low";
    state.say({ is: "device", now: stands ? { free_bytes: found.free_bytes } : found });
  }

  /** Somebody works with this phone, or has put it on the home screen: now it is worth asking to keep their work. */
  async function settleIn(): Promise<void> {
    const is_persisted = await askToPersist(state.value.person !== null);
    if (is_persisted !== null) state.say({ is: "persisted", is_persisted });
    await roomLook(openVisits(state).length === 0);
  }

  function isCalm(): boolean {
    const { busy, route } = state.value;
    const is_typing = document.activeElement?.matches("input, textarea") ?? false;
    return busy === "" && !is_typing && route.at !== "door" && openVisits(state).length === 0;
  }

  async function watchUpdates(): Promise<void> {
    updates = await keepUpToDate(navigator.serviceWorker, {
      is_calm: isCalm,
      told: (is_updating) => state.say({ is: "device", now: { is_updating } }),
      reload: () => location.reload(),
      now_ms: () => Date.now(),
    });
  }

  async function wake(): Promise<void> {
    addEventListener("hashchange", takeCode);
    payAttention(state, store, cues.look, () => {
      taps.stateGaps().catch(() => undefined);
      office.attend();
      updates?.look();
      updates?.calm();
      void roomLook(false);
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
    // Where it finds no room, it is stated before the next tap: a full phone still starts.
    await taps.stateGaps().catch(() => undefined);
    // By the office's clock: one that somebody set wrong must not empty a phone.
    const { sent_at } = state.value;
    const open = openVisits(state).map(({ basis }) => basis.visit_id);
    if (sent_at) void store.forget(instant(Date.parse(sent_at) - KEPT_MS), open);
    void watchUpdates();
    void settleIn();
    office.outbox.resume(state.value.sending);
    office.attend();
  }

  /** The office's code comes in the address, which does not keep it: it is used once. */
  function takeCode(): void {
    const code = /^#enrol=(\w+)/.exec(location.hash)?.[1];
    if (!code) return;
    history.replaceState(null, "", location.pathname);
    state.say({ is: "device", now: { code } });
    state.say({ is: "went", route: { at: "enrol" } });
  }

  const act: Actions = {
    ...taps,
    ...takePhotographs(state, store, camera, taps),
    ...office,
    go: (route) => {
      state.say({ is: "went", route });
      scrollTo(0, 0);
      updates?.calm();
    },
    set: (chosen) => {
      const settings = { ...state.value.device.settings, ...chosen };
      keepSettings(settings);
      state.say({ is: "device", now: { settings } });
      if (chosen.language) void loadWords(chosen.language).then(() => state.say({ is: "looked", reading: look() }));
    },
    tryCue: () => cues.give("wait"),
    install: () => void askInstall(),
    lookForRoom: () => void roomLook(true),
    readLost: () => {
      state.say({ is: "device", now: { lost: null } });
      void store.putLost(null);
    },
    open: (screen) => state.say({ is: "opened", screen }),
    draft: (draft) => state.say({ is: "drafted", draft }),
    choose: (clause) => state.say({ is: "chose", clause }),
    putOff: (clause) => state.say({ is: "put_off", clause }),
    decline: (clause, is_declined) => state.say({ is: "declined", clause, is_declined }),
  };
  takeCode();
  return { act, wake, recall: () => recall(state, store, true) };
}
