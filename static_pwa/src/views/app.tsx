// Draws the one screen that the state calls for, under the strip that says what is not sent.
import type { ComponentType } from "preact";
import type { Door } from "../app/door";
import { doorShown, type Shown, shownAt } from "../app/shown";
import { After } from "./after";
import { AppointmentView } from "./appointment";
import { CardCheck, CardCode, CardLeft, CardPhoto } from "./card";
import { Changed } from "./changed";
import { DoorView } from "./door";
import { Ended, Ready, Refused } from "./endings";
import { AddNote, CallResult, Communal, KeySafe, RefusalWords, SomethingElseSheet, Waive } from "./exceptions";
import { InstallView } from "./install";
import type { AtDoor, Seen } from "./parts";
import { CardFull, Viewfinder } from "./photo_ways";
import { PlannerCode, PlannerNoAnswer, PlannerReadBack } from "./planner";
import { Announce } from "./ring";
import { SettingsView } from "./settings";
import { SignIn } from "./sign_in";
import { Strip } from "./strip";
import { Today } from "./today";
import { Unsent } from "./unsent";

const AT_A_DOOR: Readonly<Record<Shown, ComponentType<AtDoor>>> = {
  door: DoorView,
  "planner-code": PlannerCode,
  "planner-read-back": PlannerReadBack,
  "planner-no-answer": PlannerNoAnswer,
  "card-code": CardCode,
  "card-photo": CardPhoto,
  "card-check": CardCheck,
  "card-left": CardLeft,
  "card-full": CardFull,
  viewfinder: Viewfinder,
  "call-result": CallResult,
  "something-else": SomethingElseSheet,
  "refusal-words": RefusalWords,
  "key-safe": KeySafe,
  communal: Communal,
  waive: Waive,
  "add-note": AddNote,
  ready: Ready,
  refused: Refused,
  ended: Ended,
  after: After,
  changed: Changed,
};

function Screen({ state, act, door }: Seen & { door: Door | null }) {
  const { route } = state;
  if (!state.person || route.at === "sign-in") return <SignIn state={state} act={act} />;
  if (door) {
    const View = AT_A_DOOR[shownAt(state, door)];
    return <View state={state} act={act} door={door} />;
  }
  if (route.at === "settings") return <SettingsView state={state} act={act} />;
  if (route.at === "install") return <InstallView state={state} act={act} />;
  if (route.at === "unsent") return <Unsent state={state} act={act} />;
  if (route.at === "appointment")
    return <AppointmentView state={state} act={act} appointment_id={route.appointment_id} />;
  return <Today state={state} act={act} />;
}

export function App({ state, act }: Seen) {
  if (!state.is_loaded) return null;
  const door = doorShown(state);
  return (
    <>
      {state.person ? <Strip state={state} act={act} /> : null}
      <Screen state={state} act={act} door={door} />
      <Announce door={door} />
    </>
  );
}
