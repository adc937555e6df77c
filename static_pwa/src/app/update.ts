// How the state changes: one pure function of the state and a message; nothing here touches the phone.
import { advance, type Reading } from "../domain/stopwatch";
import type { Device } from "./device";
import { isClosed } from "./door";
import type { Day, Enrolled, Person, PhotoFacts, PlannerCall, Queue, Standing, Visit } from "./records";
import { joined, type Sending } from "./sending";
import { type Draft, NO_CHOICES, NO_DRAFT, type Route, type Screen, type State } from "./state";

export interface Loaded {
  readonly person: Person | null;
  readonly needs_sign_in: boolean;
  readonly enrolled: Enrolled | null;
  readonly day: Day | null;
  readonly visits: readonly Visit[];
  readonly photos: readonly PhotoFacts[];
  readonly standings: readonly Standing[];
  readonly calls: readonly PlannerCall[];
  readonly queue: Queue;
  readonly sent_at: string | null;
  readonly sending: Sending | null;
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
  | { readonly is: "renewed"; readonly person: Person }
  | { readonly is: "enrolled"; readonly enrolled: Enrolled }
  | { readonly is: "day_came"; readonly day: Day }
  | { readonly is: "net"; readonly is_online?: boolean; readonly is_sending?: boolean }
  | { readonly is: "photos_moved"; readonly photos: Sending["photos"] }
  | { readonly is: "device"; readonly now: Partial<Device> }
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
function firstRoute({ person, visits }: Loaded, code: string): Route {
  if (!person) return { at: "sign-in" };
  if (code) return { at: "enrol" };
  const open = visits.findLast((visit) => !isClosed(visit) && visit.basis.actor_id === person.person_id);
  return open ? { at: "door", visit_id: open.basis.visit_id, screen: null } : { at: "today" };
}

function looked(visits: readonly Visit[], reading: Reading): Visit[] {
  return visits.map((visit) =>
    isClosed(visit) ? visit : { ...visit, chain: { ...visit.chain, watch: advance(visit.chain.watch, reading) } },
  );
}

const byVisit = (standings: readonly Standing[]): Record<string, Standing> =>
  Object.fromEntries(standings.map((standing) => [standing.visit_id, standing]));
/** Nothing is being waited for, and nothing is wrong. */
const SETTLED = { busy: "", problem: "" };

function loaded(state: State, { held, is_start }: Extract<Message, { is: "loaded" }>): Partial<State> {
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
    ...rest,
    visits: looked(merged, state.reading),
    standings: byVisit(standings),
    is_loaded: true,
    route: is_start ? firstRoute(held, state.device.code) : state.route,
  };
}

function moved(
  state: State,
  { visit, screen, is_tap, reading }: Extract<Message, { is: "visit_moved" }>,
): Partial<State> {
  const { visit_id } = visit.basis;
  const others = state.visits.filter((other) => other.basis.visit_id !== visit_id);
  const { installation_id, next_seq } = state.queue;
  const last_seq = Math.max(
    0,
    ...visit.events.filter((one) => one.installation_id === installation_id).map(({ seq }) => seq),
  );
  const is_here = state.route.at === "door" && state.route.visit_id === visit_id;
  const is_new = others.length === state.visits.length;
  const queue = { ...state.queue, next_seq: Math.max(next_seq, last_seq + 1) };
  const known = { reading, visits: looked([...others, visit], reading), queue };
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

type Handlers = {
  readonly [Is in Message["is"]]: (state: State, message: Extract<Message, { is: Is }>) => Partial<State>;
};

/** For each message, the parts of the state that it changes. */
const HANDLERS: Handlers = {
  loaded,
  visit_moved: moved,
  looked: ({ visits }, { reading }) => ({ reading, visits: looked(visits, reading) }),
  photo_kept: ({ photos }, { photo }) => ({
    photos: [...photos.filter(({ sha256 }) => sha256 !== photo.sha256), photo],
    ...SETTLED,
  }),
  photo_dropped: ({ photos }, { sha256 }) => ({
    photos: photos.filter((photo) => photo.is_kept || photo.sha256 !== sha256),
  }),
  signed_in: ({ person: before, day }, { person }) => ({
    person,
    // Whoever takes the phone over sees nothing of another's day, nor is their own compared with it.
    day: before?.person_id === person.person_id ? day : null,
    needs_sign_in: false,
    draft: NO_DRAFT,
    ...SETTLED,
  }),
  signed_out: (_, { is_forgotten }) =>
    is_forgotten
      ? { person: null, day: null, needs_sign_in: false, route: { at: "sign-in" } }
      : { needs_sign_in: true },
  renewed: (_, { person }) => ({ person }),
  enrolled: ({ device }, { enrolled }) => ({ enrolled, device: { ...device, code: "" }, ...SETTLED }),
  day_came: ({ standings }, { day }) => ({ day, standings: { ...standings, ...byVisit(day.visits) } }),
  net: (_, { is: __, ...known }) => known,
  photos_moved: ({ sending, reading }, { photos }) => ({
    sending: joined(sending, { at: reading.wall, why: "", next_at: null, seq: 0, ...sending, photos }),
  }),
  device: ({ device }, { now }) => ({ device: { ...device, ...now } }),
  persisted: (_, { is_persisted }) => ({ is_persisted }),
  went: ({ device }, { route }) => ({
    route,
    choices: NO_CHOICES,
    draft: NO_DRAFT,
    problem: "",
    // A code that was left is not asked about again.
    device: route.at === "settings" ? { ...device, code: "" } : device,
  }),
  opened: ({ route, draft }, { screen }) =>
    route.at === "door" ? { route: { ...route, screen }, draft: { ...draft, fault: "" }, problem: "" } : {},
  drafted: ({ draft }, message) => ({ draft: { ...draft, fault: "", ...message.draft }, problem: "" }),
  // Another check's question begins with nothing said and nothing wrong.
  chose: ({ choices }, { clause }) => ({ choices: { ...choices, chosen: clause }, draft: NO_DRAFT }),
  put_off: ({ choices }, { clause }) => ({
    choices: { ...choices, chosen: null, later: [...choices.later, clause] },
    draft: NO_DRAFT,
  }),
  declined: ({ choices }, { clause, is_declined }) => {
    const others = choices.declined.filter((other) => other !== clause);
    return { choices: { ...choices, declined: is_declined ? [...others, clause] : others }, draft: NO_DRAFT };
  },
  // What was wrong before is not said of a new try, and does not hide what is wrong with it.
  busy: ({ draft }, { doing }) => ({
    busy: doing,
    ...(doing && { draft: { ...draft, fault: "" }, problem: "" }),
  }),
  problem: ({ draft }, { words }) => ({ problem: words, busy: "", draft: { ...draft, fault: "" } }),
};

export function update(state: State, message: Message): State {
  const handle = HANDLERS[message.is] as (state: State, message: Message) => Partial<State>;
  return { ...state, ...handle(state, message) };
}
