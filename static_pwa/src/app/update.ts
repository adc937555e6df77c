// How the state changes: one pure function of the state and a message; nothing here touches the phone.
import { advance, type Reading } from "../domain/stopwatch";
import { isClosed } from "./door";
import type { Day, Person, PhotoFacts, PlannerCall, Queue, Standing, Visit } from "./records";
import { type Draft, NO_CHOICES, NO_DRAFT, type Route, type Screen, type State } from "./state";

export interface Loaded {
  readonly person: Person | null;
  readonly needs_sign_in: boolean;
  readonly day: Day | null;
  readonly visits: readonly Visit[];
  readonly photos: readonly PhotoFacts[];
  readonly standings: readonly Standing[];
  readonly calls: readonly PlannerCall[];
  readonly queue: Queue;
  readonly sent_at: string | null;
}
export type Message =
  | { readonly is: "loaded"; readonly held: Loaded; readonly is_start: boolean }
  | { readonly is: "looked"; readonly reading: Reading }
  | {
      readonly is: "visit_moved";
      readonly visit: Visit;
      readonly screen: Screen | null;
      readonly is_tap: boolean;
      readonly reading: Reading;
    }
  | { readonly is: "photo_kept"; readonly photo: PhotoFacts }
  | { readonly is: "photo_dropped"; readonly sha256: string }
  | { readonly is: "signed_in"; readonly person: Person }
  | { readonly is: "signed_out"; readonly is_forgotten: boolean }
  | { readonly is: "day_came"; readonly day: Day }
  | { readonly is: "net"; readonly is_online?: boolean; readonly is_sending?: boolean }
  | { readonly is: "persisted"; readonly is_persisted: boolean }
  | { readonly is: "went"; readonly route: Route }
  | { readonly is: "opened"; readonly screen: Screen | null }
  | { readonly is: "drafted"; readonly draft: Partial<Draft> }
  | { readonly is: "chose"; readonly clause: string }
  | { readonly is: "put_off"; readonly clause: string }
  | { readonly is: "declined"; readonly clause: string; readonly is_declined: boolean }
  | { readonly is: "busy"; readonly doing: string }
  | { readonly is: "problem"; readonly words: string };

/** An open visit is gone back to at once: whoever restarts a phone at a door is still at that door. */
function firstRoute({ person, visits }: Loaded): Route {
  if (!person) return { at: "sign-in" };
  const open = visits.findLast((visit) => !isClosed(visit) && visit.basis.actor_id === person.person_id);
  return open ? { at: "door", visit_id: open.basis.visit_id, screen: null } : { at: "today" };
}

function looked(visits: readonly Visit[], reading: Reading): Visit[] {
  return visits.map((visit) =>
    isClosed(visit) ? visit : { ...visit, chain: { ...visit.chain, watch: advance(visit.chain.watch, reading) } },
  );
}

function loaded(state: State, { held, is_start }: Extract<Message, { is: "loaded" }>): State {
  const { standings, visits, ...rest } = held;
  // While this tab has gone on, its own stopwatch is the better one; a fresh start goes on from the store's.
  const mine = new Map(state.visits.map((visit) => [visit.basis.visit_id, visit]));
  const merged = visits.map((visit) => {
    const known = is_start ? undefined : mine.get(visit.basis.visit_id);
    if (!known || known.chain.next_n < visit.chain.next_n) return visit;
    // A tap that was written while the store was being read is not taken off the screen again.
    return known.chain.head === visit.chain.head ? { ...visit, chain: known.chain } : known;
  });
  return {
    ...state,
    ...rest,
    visits: looked(merged, state.reading),
    standings: Object.fromEntries(standings.map((standing) => [standing.visit_id, standing])),
    is_loaded: true,
    route: is_start ? firstRoute(held) : state.route,
  };
}

function moved(state: State, { visit, screen, is_tap, reading }: Extract<Message, { is: "visit_moved" }>): State {
  const { visit_id } = visit.basis;
  const others = state.visits.filter((other) => other.basis.visit_id !== visit_id);
  const last_seq = Math.max(0, ...visit.events.map(({ seq }) => seq));
  const is_here = state.route.at === "door" && state.route.visit_id === visit_id;
  const is_new = others.length === state.visits.length;
  const queue = { ...state.queue, next_seq: Math.max(state.queue.next_seq, last_seq + 1) };
  const known = { ...state, reading, visits: looked([...others, visit], reading), queue };
  // A gap that the phone states by itself must not wipe what a thumb was in the middle of.
  if (!is_tap) return known;
  return {
    ...known,
    route: is_here || is_new ? { at: "door", visit_id, screen } : state.route,
    choices: is_new ? NO_CHOICES : { ...state.choices, chosen: null },
    draft: NO_DRAFT,
    problem: "",
  };
}

export function update(state: State, message: Message): State {
  switch (message.is) {
    case "loaded":
      return loaded(state, message);
    case "looked":
      return { ...state, reading: message.reading, visits: looked(state.visits, message.reading) };
    case "visit_moved":
      return moved(state, message);
    case "photo_kept": {
      const others = state.photos.filter(({ sha256 }) => sha256 !== message.photo.sha256);
      return { ...state, photos: [...others, message.photo], busy: "", problem: "" };
    }
    case "photo_dropped":
      return { ...state, photos: state.photos.filter(({ sha256, is_kept }) => is_kept || sha256 !== message.sha256) };
    case "signed_in":
      return { ...state, person: message.person, needs_sign_in: false, draft: NO_DRAFT, problem: "" };
    case "signed_out":
      return message.is_forgotten
        ? { ...state, person: null, day: null, needs_sign_in: false, route: { at: "sign-in" } }
        : { ...state, needs_sign_in: true };
    case "day_came": {
      const standings = Object.fromEntries(message.day.visits.map((visit) => [visit.visit_id, visit]));
      return { ...state, day: message.day, standings: { ...state.standings, ...standings } };
    }
    case "net":
      return {
        ...state,
        is_online: message.is_online ?? state.is_online,
        is_sending: message.is_sending ?? state.is_sending,
      };
    case "persisted":
      return { ...state, is_persisted: message.is_persisted };
    case "went":
      return { ...state, route: message.route, choices: NO_CHOICES, draft: NO_DRAFT, problem: "" };
    case "opened":
      return state.route.at === "door"
        ? {
            ...state,
            route: { ...state.route, screen: message.screen },
            draft: { ...state.draft, fault: "" },
            problem: "",
          }
        : state;
    case "drafted":
      return { ...state, draft: { ...state.draft, fault: "", ...message.draft } };
    case "chose":
      return { ...state, choices: { ...state.choices, chosen: message.clause } };
    case "put_off":
      return { ...state, choices: { ...state.choices, chosen: null, later: [...state.choices.later, message.clause] } };
    case "declined": {
      const others = state.choices.declined.filter((clause) => clause !== message.clause);
      const declined = message.is_declined ? [...others, message.clause] : others;
      return { ...state, choices: { ...state.choices, declined } };
    }
    case "busy":
      return { ...state, busy: message.doing };
    case "problem":
      return { ...state, problem: message.words, busy: "" };
  }
}
