// Which screen is shown: what the operative opened, or else what the visit itself calls for, so that a restart returns.
import { CLOSING } from "../domain/events";
import { type Door, doorOf, isClosed, lastOf } from "./door";
import type { KnownEvent, ListedAppointment, PhotoFacts, Standing, Visit } from "./records";
import type { Screen, State } from "./state";

export type Shown = Screen | "ready" | "refused" | "ended" | "after" | "card-check" | "changed";

export function doorShown(state: State): Door | null {
  const { route } = state;
  if (route.at !== "door") return null;
  const visit = state.visits.find(({ basis }) => basis.visit_id === route.visit_id);
  return visit ? { ...doorOf(visit, state.reading.wall, state.choices), day: state.day } : null;
}

/** A photo taken for this visit that nobody has said can be read. */
export function draftPhoto(state: State, visit_id: string): PhotoFacts | undefined {
  return state.photos.findLast((photo) => photo.visit_id === visit_id && !photo.is_kept);
}

/** The appointment as the office has it now, where an open visit is still judged by an older form of it. */
export function changedListing({ day }: State, visit: Visit): ListedAppointment | undefined {
  const { appointment_id, snapshot_sha256 } = visit.basis;
  const listed = day?.appointments.find((one) => one.appointment_id === appointment_id);
  return isClosed(visit) || listed?.snapshot_sha256 === snapshot_sha256 ? undefined : listed;
}

/** The office does not have it yet. What an older installation sent is had, whatever its number. */
export const isUnsent = ({ queue }: State, event: KnownEvent): boolean =>
  event.installation_id === queue.installation_id && event.seq > queue.acked;

/**
 * Where this person's visits stand. A phone may be shared: what it holds of a visit says whose it was, and a visit
 * that another phone made is theirs where their own day names it.
 */
export function ownStandings({ standings, visits, day, person }: State): Standing[] {
  const begun_by = new Map(visits.map(({ basis }) => [basis.visit_id, basis.actor_id]));
  const named = new Set((day?.visits ?? []).map(({ visit_id }) => visit_id));
  return Object.values(standings).filter(({ visit_id }) => {
    const actor_id = begun_by.get(visit_id);
    return actor_id === undefined ? named.has(visit_id) : actor_id === person?.person_id;
  });
}

/** Against the operative's word: it waits for theirs. A decision to overturn stands whatever they say, but is heard. */
const BACK = ["returned", "refused", "overturned"];

/** How far the answer to a visit that came back has got: null where nothing was asked, or it was decided since. */
export function answerTo(
  state: State,
  visit: Visit | undefined,
  standing: Standing | undefined,
): { readonly is: "asked" | "saved" | "sent"; readonly at: string } | null {
  if (!standing || (standing.decision !== "returned" && !BACK.includes(standing.standing))) return null;
  const { decided_n = -1 } = standing;
  const closed_n = visit?.events.find(({ event }) => CLOSING.includes(event.kind))?.event.n ?? -1;
  const note = visit?.events.findLast(
    ({ event }) => event.kind === "note_added" && event.n > Math.max(decided_n, closed_n),
  );
  if (note) return { is: isUnsent(state, note) ? "saved" : "sent", at: note.event.at };
  return BACK.includes(standing.standing) ? { is: "asked", at: "" } : null;
}

/** True while the last of `asked` has had no answer among `answers` after it. */
function isPending(door: Door, asked: string, ...answers: string[]): boolean {
  const last = lastOf(door.events, asked);
  return last !== undefined && (lastOf(door.events, ...answers)?.n ?? -1) < last.n;
}

const OVER_EVERYTHING: readonly (Screen | null)[] = ["something-else", "add-note"];

export function shownAt(state: State, door: Door): Shown {
  const screen = state.route.at === "door" ? state.route.screen : null;
  const { step } = door;
  if (screen && OVER_EVERYTHING.includes(screen)) return screen;
  if (step.is === "closed") return "after";
  if (step.is === "ended") return "ended";
  if (draftPhoto(state, door.visit.basis.visit_id)) return "card-check";
  // Not in the middle of a call or of typing: it is told between two things.
  if ((!screen || screen === "door") && changedListing(state, door.visit)) return "changed";
  if (screen) return screen;
  if (step.is === "card" && step.photo_kind && isPending(door, "photo_asked", step.photo_kind)) return "card-photo";
  // A call begun before its turn, between two knocks, has a result to be asked for all the same.
  if (door.events.findLast(({ kind }) => kind !== "clock_gap")?.kind === "dialler_opened") return "call-result";
  if (step.is === "call" && isPending(door, "dialler_opened", "resident_called")) return "call-result";
  if (step.is === "planner" && isPending(door, "planner_code_typed", "planner_contacted", "planner_call_tried"))
    return "planner-read-back";
  if (step.is === "ready" || step.is === "refused") return step.is;
  if (step.is === "card" && !step.photo_kind) return "card-left";
  return "door";
}

/** How much the office does not have yet: events, and photos among them. */
export function unsent(state: State): { events: number; photos: number } {
  return {
    events: Math.max(0, state.queue.next_seq - 1 - state.queue.acked),
    photos: state.photos.filter(({ is_kept, is_sent }) => is_kept && !is_sent).length,
  };
}
