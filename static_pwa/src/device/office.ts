// The phone's side of the office: who is signed in, today's visits, and what a round of sending came to.
import type { Actions } from "../app/actions";
import type { HeldState } from "../app/held";
import { withNews } from "../app/news";
import type { Day } from "../app/records";
import { WORDS } from "../views/words";
import { call } from "./api";
import { enrolPhone } from "./enrolment";
import { dropMarker } from "./marker";
import { Outbox } from "./outbox";
import { recall } from "./recall";
import type { Round } from "./round";
import { endSession, openSession, renewSession } from "./session";
import type { Store } from "./store";
import type { Taps } from "./taps";

export interface Office extends Pick<Actions, "signIn" | "signOut" | "enrol" | "sendNow"> {
  readonly outbox: Outbox;
  /** Sends what waits, and asks for today's visits. */
  attend(): void;
}

export function joinOffice(
  state: HeldState,
  store: Store,
  once: Taps["once"],
  news: () => void,
  signedIn: () => void,
): Office {
  /** The feed said that the day changed, and the day itself has not come since. */
  let is_day_stale = false;
  const outbox = new Outbox(
    { store, send: call, now_ms: () => Date.now() },
    {
      actor_id: () => (state.value.needs_sign_in ? null : (state.value.person?.person_id ?? null)),
      began: () => state.say({ is: "net", is_sending: true }),
      ended: roundEnded,
      progress: (tried) => state.say({ is: "photos_moved", photos: tried.photos }),
    },
  );

  /** Sending waits for a password; what is stated at a door never does. */
  async function mustSignIn(): Promise<void> {
    await store.putNeedsSignIn(true);
    state.say({ is: "signed_out", is_forgotten: false });
  }

  async function roundEnded(round: Round): Promise<void> {
    state.say({ is: "net", is_sending: false });
    if (round.is === "sent") state.say({ is: "net", is_online: true });
    if (round.is === "again_later" && round.is_unreachable) state.say({ is: "net", is_online: false });
    if (round.is === "wiped") {
      dropMarker();
      void endSession();
      news();
      return recall(state, store, true);
    }
    if (round.is === "number_taken") await store.renewInstallation(round.queue, crypto.randomUUID());
    if (round.is === "number_taken" || round.is === "sign_in") await mustSignIn();
    await recall(state, store, false);
    if (round.is !== "sent") return;
    if (round.is_news) news();
    void renew();
    is_day_stale ||= round.is_day_changed;
    if (is_day_stale) await fetchDay();
  }

  async function renew(): Promise<void> {
    const person = await renewSession(state.value);
    if (!person || state.value.person?.person_id !== person.person_id) return;
    await store.putPerson(person);
    state.say({ is: "renewed", person });
  }

  async function enrol(code: string): Promise<void> {
    state.say({ is: "busy", doing: "enrol" });
    const enrolled = await enrolPhone(state.value, store, code);
    if (typeof enrolled === "string") throw new Error(enrolled);
    state.say({ is: "enrolled", enrolled });
    news();
  }

  async function fetchDay(is_again = false): Promise<void> {
    const { person, needs_sign_in } = state.value;
    if (!person || needs_sign_in) return;
    const answer = await call<Day>("/api/day");
    // Whoever asked may have handed the phone on meanwhile.
    if (state.value.person?.person_id !== person.person_id) return;
    // A session that ended, or that was opened at the office's pages and belongs to no phone.
    if (answer.is === "refused" && (answer.status === 401 || answer.status === 403)) await mustSignIn();
    if (answer.is !== "ok") return;
    // While it was on its way, the feed was read beyond it: where visits stand is known better than this day says.
    const day = withNews(state.value.day, answer.body);
    if (!(await store.takeDay(person.person_id, day))) {
      // Overtaken twice: the end of the next round asks once more.
      is_day_stale ||= is_again;
      return is_again ? undefined : fetchDay(true);
    }
    is_day_stale = false;
    state.say({ is: "day_came", day });
    state.say({ is: "net", is_online: true });
  }

  function attend(): void {
    outbox.poke();
    void fetchDay();
  }

  async function signIn(username: string, password: string): Promise<void> {
    state.say({ is: "busy", doing: "sign_in" });
    const person = await openSession(username, password, state.value.queue.installation_id);
    if (typeof person === "string") throw new Error(person);
    if (person.role !== "operative") {
      await endSession();
      throw new Error(WORDS.sign_in.not_operative);
    }
    const is_other = state.value.person?.person_id !== person.person_id;
    if (is_other) await store.putDay(null);
    await store.putPerson(person);
    await store.putNeedsSignIn(false);
    state.say({ is: "signed_in", person });
    if (is_other || state.value.route.at === "sign-in") await recall(state, store, true);
    // On a bad signal the day may take long: nobody's taps wait for it.
    attend();
    signedIn();
  }

  async function signOut(): Promise<void> {
    await endSession();
    await store.putPerson(null);
    await store.putDay(null);
    state.say({ is: "signed_out", is_forgotten: true });
  }

  return {
    outbox,
    attend,
    signIn: (username, password) => void once(() => signIn(username, password)),
    signOut: () => void once(signOut),
    enrol: (code) => void once(() => enrol(code)),
    sendNow: () => {
      outbox.poke(true);
      void fetchDay();
    },
  };
}
