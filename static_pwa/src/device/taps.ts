// What a thumb states of a visit: durable first, then on the screen, then on its way to the office.
import type { Actions, Entry } from "../app/actions";
import { isClosed } from "../app/door";
import type { HeldState } from "../app/held";
import type { PolicyText, Visit, VisitBasis } from "../app/records";
import { changedListing } from "../app/shown";
import type { Screen } from "../app/state";
import { WORDS } from "../views/words";
import { instant, look } from "./clock";
import { Journal, type Who, type With } from "./journal";
import { keepMarker } from "./marker";
import { lookWhere } from "./place";
import { isFull } from "./shelves";
import type { Store } from "./store";

/** What may still be said of a visit that is closed. */
const AFTER_CLOSE = ["access_gained", "note_added"];

export interface Taps extends Pick<Actions, "begin" | "arrive" | "adopt" | "tap" | "skip" | "leave"> {
  /** One thing at a time: a second tap while the first is being written is the same thumb. */
  once(work: () => Promise<void>): Promise<void>;
  /** The visit whose door is on the screen. */
  here(): Visit;
  /** `next` left out: the phone states this by itself, and the screen stays as it is. */
  append(visit: Visit, entries: readonly Entry[], next?: Screen | null, also?: With): Promise<void>;
  /** States the time out of view of every open visit, where there was any worth stating. */
  stateGaps(): Promise<void>;
}

export function takeTaps(state: HeldState, store: Store, saved: (visit_id: string) => void): Taps {
  const journal = new Journal(store, look);
  let is_writing = false;

  async function once(work: () => Promise<void>): Promise<void> {
    if (is_writing) return;
    is_writing = true;
    try {
      await work();
    } catch (fault) {
      const words = isFull(fault) ? `${WORDS.not_saved} ${WORDS.full.room}` : fault instanceof Error && fault.message;
      state.say({ is: "problem", words: words || WORDS.not_saved });
    } finally {
      is_writing = false;
    }
  }

  function who({ actor_id }: VisitBasis): Who {
    const { enrolled, queue, person } = state.value;
    const { device_id, private_key } = enrolled ?? { device_id: queue.installation_id };
    return { device_id, private_key, actor_id: person?.person_id ?? actor_id };
  }
  const find = (visit_id: string): Visit | undefined =>
    state.value.visits.find(({ basis }) => basis.visit_id === visit_id);

  function here(): Visit {
    const { route } = state.value;
    const visit = route.at === "door" ? find(route.visit_id) : undefined;
    if (!visit) throw new Error(WORDS.not_saved);
    return visit;
  }

  function show(visit: Visit, screen: Screen | null, is_tap: boolean): void {
    state.say({ is: "visit_moved", visit, screen, is_tap, reading: look() });
    keepMarker(state.value);
    saved(visit.basis.visit_id);
  }

  async function append(visit: Visit, entries: readonly Entry[], next?: Screen | null, also?: With): Promise<void> {
    const current = find(visit.basis.visit_id) ?? visit;
    const said = isClosed(current) ? entries.filter(({ kind }) => AFTER_CLOSE.includes(kind)) : entries;
    keepMarker(state.value, said.length);
    const moved = await journal.append(current, said, who(visit.basis), also);
    if (moved.chain.head !== current.chain.head) show(moved, next ?? null, next !== undefined);
  }

  async function begin(appointment_id: string): Promise<void> {
    const { day, person } = state.value;
    const listed = day?.appointments.find((one) => one.appointment_id === appointment_id);
    const policy: PolicyText | undefined = day?.policies.find(({ version }) => version === listed?.policy_version);
    if (!listed || !policy || !person) throw new Error(WORDS.no_policy);
    const { snapshot, snapshot_sha256 } = listed;
    const basis: VisitBasis = {
      visit_id: crypto.randomUUID(),
      appointment_id,
      actor_id: person.person_id,
      started_at: instant(look().wall),
      snapshot,
      snapshot_sha256,
      policy,
    };
    keepMarker(state.value, 1);
    show(await journal.begin(basis, who(basis)), null, true);
  }

  async function arrive(): Promise<void> {
    const visit = here();
    state.say({ is: "busy", doing: "place" });
    const place = await lookWhere();
    await append(visit, [{ kind: "arrived", own: { address_confirmed: true, ...place } }], null);
    state.say({ is: "busy", doing: "" });
  }

  async function adopt(): Promise<void> {
    const visit = here();
    const listed = changedListing(state.value, visit);
    if (!listed) return;
    const { snapshot, snapshot_sha256 } = listed;
    const entry = { kind: "snapshot_adopted", own: { snapshot_sha256 } };
    await append(visit, [entry], null, { adopt: { snapshot, snapshot_sha256 } });
  }

  function skip(clauses: readonly string[], reason: string, note = ""): void {
    const own = { reason, ...(note && { note }) };
    const entries = clauses.map((clause) => ({ kind: "clause_waived", own: { clause, ...own } }));
    void once(() => append(here(), entries, null));
  }

  // Whoever is not safe does not wait for a place or a photo to be ready: so this goes past `once`.
  function leave(): void {
    const entries = [
      { kind: "left_unsafe", own: {} },
      { kind: "visit_closed", own: { outcome: "unsafe_to_wait" } },
    ];
    append(here(), entries, null).catch(() => state.say({ is: "problem", words: WORDS.not_saved }));
  }

  return {
    once,
    here,
    append,
    leave,
    skip,
    tap: (kind, own = {}, next = null) => void once(() => append(here(), [{ kind, own }], next)),
    begin: (appointment_id) => void once(() => begin(appointment_id)),
    arrive: () => void once(arrive),
    adopt: () => void once(adopt),
    stateGaps: async () => {
      // Another's open visit waits for its owner: what anybody else states in it is no evidence, and a gap in its chain.
      const is_own = ({ basis }: Visit): boolean => basis.actor_id === who(basis).actor_id;
      for (const visit of state.value.visits) if (!isClosed(visit) && is_own(visit)) await append(visit, []);
    },
  };
}
