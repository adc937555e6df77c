// Every screen but Today, in a file of its own that is fetched behind the first screen.
import type { ComponentType } from "preact";
import type { Shown } from "../app/shown";
import type { Route } from "../app/state";
import { After } from "./after";
import { AppointmentView } from "./appointment";
import { CardCheck, CardCode, CardLeft, CardPhoto } from "./card";
import { Changed } from "./changed";
import { DoorView } from "./door";
import { Ended, Refused } from "./endings";
import { EnrolView } from "./enrol";
import { AddNote, CallResult, Communal, KeySafe, RefusalWords, SomethingElseSheet, Waive } from "./exceptions";
import { InstallView } from "./install";
import type { AtDoor, Seen } from "./parts";
import { CardFull, Viewfinder } from "./photo_ways";
import { PlannerCode, PlannerNoAnswer, PlannerReadBack } from "./planner";
import { Ready } from "./ready";
import { Announce } from "./ring";
import { SettingsView } from "./settings";
import { SignIn } from "./sign_in";
import { Unsent } from "./unsent";

export const AT_A_DOOR: Readonly<Record<Shown, ComponentType<AtDoor>>> = {
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

export const ELSEWHERE: Readonly<Record<Exclude<Route["at"], "door" | "today">, ComponentType<Seen>>> = {
  appointment: AppointmentView,
  "sign-in": SignIn,
  settings: SettingsView,
  install: InstallView,
  unsent: Unsent,
  enrol: EnrolView,
};

export { Announce };
