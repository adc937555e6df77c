// Which screen comes: a changed appointment is told between two things, and what an old installation sent stays sent.
import { describe, expect, it } from "vitest";
import { startStopwatch } from "../domain/stopwatch";
import { doorOf } from "./door";
import type { Day, KnownEvent, Snapshot, Standing, Visit } from "./records";
import { answerTo, changedListing, isUnsent, ownStandings, shownAt } from "./shown";
import { firstState, NO_CHOICES, type Screen, type State } from "./state";
import { update } from "./update";

const WALL = Date.parse("2026-11-23T09:00:00.000Z");
const reading = { wall: WALL, mono: 0, boot: "b", is_visible: true };
const snapshot: Snapshot = {
  appointment_id: "A-1",
  window: { name: "AM", starts_at: "2026-11-23T08:00:00.000Z", ends_at: "2026-11-23T13:00:00.000Z" },
  priority: "routine",
  trade: "plumber",
  agreed: null,
  notifications: [],
  contact_requests: [],
  alerts: [],
};
const known = (seq: number, installation_id: string, kind = "door_knocked"): KnownEvent => ({
  event: { n: seq, kind, at: "2026-11-23T09:00:00.000Z", t: seq, method: "knock" },
  sha256: String(seq),
  installation_id,
  seq,
});
const visit = (...events: KnownEvent[]): Visit => ({
  basis: {
    visit_id: "v",
    appointment_id: "A-1",
    actor_id: "o",
    started_at: "",
    snapshot: JSON.stringify(snapshot),
    snapshot_sha256: "old",
    policy: { policy: "no_access", version: "1", title: "", ends: [], clauses: [] } as Visit["basis"]["policy"],
  },
  chain: { visit_id: "v", head: "h", next_n: 1, last_t: 0, watch: startStopwatch(reading) },
  events,
});
const day = (snapshot_sha256: string): Day => ({
  date: "2026-11-23",
  server_time: "",
  feed_next: 0,
  planner_number: "",
  appointments: [{ appointment_id: "A-1", snapshot: JSON.stringify(snapshot), snapshot_sha256, policy_version: "2" }],
  policies: [],
  declarations: [],
  outcomes: [],
  visits: [],
});
const at = (one: Visit, screen: Screen | null, sha256: string): State => ({
  ...firstState(reading),
  day: day(sha256),
  visits: [one],
  route: { at: "door", visit_id: "v", screen },
});
const shown = (one: Visit, screen: Screen | null, sha256: string): string =>
  shownAt(at(one, screen, sha256), doorOf(one, WALL, NO_CHOICES));

describe("an appointment that changed while somebody is at its door", () => {
  it("is told on the way, and before anything can be recorded", () => {
    expect(shown(visit(known(1, "p", "arrived")), null, "new")).toBe("changed");
    expect(shown(visit(known(1, "p", "arrived")), "door", "new")).toBe("changed");
    expect(shown(visit(known(1, "p", "arrived")), null, "old")).toBe("ready");
  });
  it("does not break into a call or what is being typed, and never keeps anybody from what else may happen", () => {
    for (const screen of ["planner-code", "planner-read-back", "something-else", "add-note"] as const)
      expect(shown(visit(), screen, "new")).toBe(screen);
  });
  it("is nothing to a visit that is closed", () => {
    const closed = visit(known(1, "p", "missed_recorded"));
    expect(shown(closed, null, "new")).toBe("after");
    expect(changedListing(at(closed, null, "new"), closed)).toBeUndefined();
  });
});

describe("a visit that came back", () => {
  const state: State = { ...firstState(reading), queue: { installation_id: "p", next_seq: 9, acked: 7 } };
  const closed = [known(1, "p", "note_added"), known(2, "p", "missed_recorded")];
  const returned: Standing = {
    visit_id: "v",
    appointment_id: "A-1",
    standing: "returned",
    decision: "returned",
    decided_n: 3,
  };
  const answer = (standing: Standing | undefined, ...more: KnownEvent[]): string | undefined =>
    answerTo(state, visit(...closed, ...more), standing)?.is;
  it("is answered by a note that the decision did not know, and not by an older one", () => {
    expect(answer(returned)).toBe("asked");
    expect(answer(returned, known(3, "p", "note_added"))).toBe("asked");
    expect(answer(returned, known(4, "p", "note_added"))).toBe("sent");
    expect(answer(returned, known(8, "p", "note_added"))).toBe("saved");
  });
  it("is still told as answered when the office looks again, until it is decided", () => {
    const again = { ...returned, standing: "pending_corroboration" };
    expect(answer(again, known(4, "p", "note_added"))).toBe("sent");
    expect(answer(again)).toBeUndefined();
    expect(answer({ ...again, standing: "upheld", decision: "upheld" }, known(4, "p", "note_added"))).toBeUndefined();
  });
  it("may be replied to where a supervisor overturned it, once for each decision", () => {
    const overturned = { ...returned, standing: "overturned", decision: "overturned" };
    expect(answer(overturned)).toBe("asked");
    expect(answer(overturned, known(4, "p", "note_added"))).toBe("sent");
    expect(answer({ ...overturned, decided_n: 4 }, known(4, "p", "note_added"))).toBe("asked");
  });
  it("is asked about too where the judge refused it, and where another phone made it", () => {
    const refused: Standing = { visit_id: "v", appointment_id: "A-1", standing: "refused" };
    expect([answer(refused), answer(refused, known(3, "p", "note_added"))]).toEqual(["asked", "sent"]);
    expect(answerTo(state, undefined, returned)?.is).toBe("asked");
    expect(answer(undefined)).toBeUndefined();
  });
});

describe("a phone that is handed on", () => {
  const stands = (visit_id: string): Standing => ({ visit_id, appointment_id: "A-1", standing: "returned" });
  const person = (person_id: string) => ({ person_id, name: "", role: "operative" });
  const own = { ...day("old"), visits: [stands("another phone's")] };
  const first = update(
    { ...firstState(reading), person: person("o"), visits: [visit()], standings: { v: stands("v") } },
    { is: "day_came", day: own },
  );
  const theirs = (state: State): string[] => ownStandings(state).map(({ visit_id }) => visit_id);
  it("tells each of their own visits alone, also of the same door, and of those that another phone made", () => {
    expect(theirs(first)).toEqual(["v", "another phone's"]);
    const second = update(first, { is: "signed_in", person: person("p") });
    expect(theirs(second)).toEqual([]);
    expect(theirs(update(second, { is: "day_came", day: day("old") }))).toEqual([]);
  });
  it("shows no day of another, not for a moment; whoever signs in again keeps theirs", () => {
    expect(update(first, { is: "signed_in", person: person("p") }).day).toBeNull();
    expect(update(first, { is: "signed_in", person: person("o") }).day).toBe(own);
  });
});

describe("a new installation id", () => {
  const queue = { installation_id: "new", next_seq: 3, acked: 1 };
  it("leaves what the old one sent as sent, whatever its number", () => {
    const state = { ...firstState(reading), queue };
    expect([known(9, "old"), known(1, "new"), known(2, "new")].map((one) => isUnsent(state, one))).toEqual([
      false,
      false,
      true,
    ]);
  });
  it("counts on from its own numbers, not from the old one's", () => {
    const state = { ...firstState(reading), queue };
    const moved = visit(known(40, "old"), known(3, "new"));
    expect(update(state, { is: "visit_moved", visit: moved, screen: null, is_tap: true, reading }).queue.next_seq).toBe(
      4,
    );
  });
});
