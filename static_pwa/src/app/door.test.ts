// The one next thing at a door comes from the verdict and the policy's own words, also for a policy nobody has seen.
import { describe, expect, it } from "vitest";
import type { Event } from "../domain/events";
import { startStopwatch } from "../domain/stopwatch";
import { type Door, doorOf, lastSlip, loggedCall, nextWait, numbersLeft, waivers } from "./door";
import type { ClauseText, Snapshot, Visit } from "./records";
import { shownAt } from "./shown";
import { firstState, NO_CHOICES, type State } from "./state";
import { update } from "./update";

const START = Date.parse("2026-11-23T09:00:00.000Z");
const at = (t: number): string => new Date(START + t).toISOString();
const snapshot: Snapshot = {
  appointment_id: "A-1",
  window: { name: "AM", starts_at: "2026-11-23T08:00:00.000Z", ends_at: "2026-11-23T13:00:00.000Z" },
  priority: "routine",
  trade: "plumber",
  agreed: null,
  notifications: [],
  contact_requests: [
    { request_id: "r1", text: "Ring the bell" },
    { request_id: "r2", text: "Use the side door" },
  ],
  alerts: [],
};
const events = (
  clause: string,
  event: string,
  more: Partial<ClauseText> & { apart_seconds?: number } = {},
): ClauseText => ({ clause, title: clause, check: "events", match: { event }, at_least: 1, ...more }) as ClauseText;
const wait: ClauseText = {
  clause: "waited",
  title: "waited",
  check: "elapsed",
  since: "arrived",
  at_least_seconds: 437,
};
const strange: ClauseText[] = [
  {
    clause: "requests",
    title: "requests",
    check: "each_request",
    event: "contact_request_followed",
    otherwise: "adjustment_not_met",
  },
  events("knocked", "door_knocked", { at_least: 3, apart_seconds: 61, after: ["requests"] }),
  wait,
  events("planner", "planner_contacted", { after: ["knocked"], waivable: ["planner_not_reached"] }),
  events("card", "card_left", { after: ["waited", "planner"], waivable: ["planner_said_no_card"] }),
  events("card_photo", "card_photographed", { after: ["waited", "planner"], waivable: ["camera_failed"] }),
];

type Said = [kind: string, t: number, own?: Record<string, string | number | boolean>];
function visit(clauses: ClauseText[], now_t: number, ...said: Said[]): Visit {
  const all: Event[] = said.map(([kind, t, own], n) => ({ n, kind, at: at(t), t, ...own }));
  const watch = { ...startStopwatch({ wall: START, mono: 0, boot: "b", is_visible: true }), t: now_t };
  const policy = {
    policy: "no_access",
    version: "1",
    title: "",
    in_force_from: "",
    source: "",
    ends: [{ event: "access_gained" }],
    clauses,
  };
  return {
    basis: {
      visit_id: "v",
      appointment_id: "A-1",
      actor_id: "o",
      started_at: at(0),
      snapshot: JSON.stringify(snapshot),
      snapshot_sha256: "",
      policy,
    },
    chain: { visit_id: "v", head: "h", next_n: all.length, last_t: 0, watch },
    events: all.map((event, index) => ({ event, sha256: `${index}`, installation_id: "p", seq: index + 1 })),
  };
}
const door = (now_t: number, ...said: Said[]): Door =>
  doorOf(visit(strange, now_t, ["visit_started", 0], ...said), START + now_t, NO_CHOICES);
const here: Said[] = [["arrived", 1, { address_confirmed: true }]];
const asked: Said[] = [
  ...here,
  ["contact_request_followed", 2, { request_id: "r1", followed: true }],
  ["contact_request_followed", 3, { request_id: "r2", followed: true }],
];
const knocked: Said[] = [
  ...asked,
  ...[0, 61_000, 122_000].map((t): Said => ["door_knocked", 10 + t, { method: "knock" }]),
];
const told: Said[] = [...knocked, ["planner_contacted", 130_000, { how: "phone", instruction: "leave_card" }]];

describe("the next step", () => {
  it("is arriving, before anything else", () => {
    expect(door(0).step.is).toBe("arrive");
  });
  it("asks each request in turn, and again where one was not followed", () => {
    expect(door(5, ...here).step).toMatchObject({ is: "request", index: 0, is_repair: false });
    const no: Said = ["contact_request_followed", 2, { request_id: "r1", followed: false }];
    expect(door(5, ...here, no).step).toMatchObject({ is: "request", index: 0, is_repair: true });
  });
  it("counts knocks and their gap as the policy has them, whatever they are", () => {
    expect(door(9, ...asked).step).toMatchObject({ is: "knock", wait_ms: 0 });
    const one = door(1010, ...asked, ["door_knocked", 10, { method: "knock" }]).step;
    expect(one).toMatchObject({ is: "knock", wait_ms: 60_000, row: { verdict: { missing: 2 } } });
  });
  it("goes on with what can be done while a wait runs, and waits when nothing else can", () => {
    expect(door(123_000, ...knocked).step.is).toBe("planner");
    expect(door(131_000, ...told).step).toMatchObject({ is: "wait", row: { verdict: { ready_t: 437_001 } } });
    expect(door(437_000, ...told).step.is).toBe("wait");
    expect(door(437_001, ...told).step).toMatchObject({ is: "card", photo_kind: "card_photographed" });
  });
  it("leaves no card where the planner said so", () => {
    const none: Said = ["planner_contacted", 130_000, { how: "phone", instruction: "leave_no_card" }];
    expect(door(437_001, ...knocked, none).step.is).toBe("no_card");
  });
  it("is to record once the judge allows it, and the outcome once the attempt has ended", () => {
    const done: Said[] = [...told, ["card_photographed", 437_002, {}], ["card_left", 437_003, { placed: "letterbox" }]];
    expect(door(437_004, ...done).step.is).toBe("ready");
    expect(door(437_005, ...done, ["access_gained", 437_004]).step).toMatchObject({
      is: "ended",
      by: { kind: "access_gained" },
    });
    expect(door(437_006, ...done, ["missed_recorded", 437_005, { declaration: "1" }]).step.is).toBe("closed");
  });
  it("offers a way round only for a check whose turn it is: earlier the judge would not hear it", () => {
    expect(waivers(door(9, ...asked))).toEqual([]);
    expect(waivers(door(123_000, ...knocked)).map(({ reasons }) => reasons)).toEqual([["planner_not_reached"]]);
  });
});

describe("coming early", () => {
  const soon: Snapshot = { ...snapshot, contact_requests: [], window: { ...snapshot.window, starts_at: at(600_000) } };
  const standard: ClauseText[] = [
    { clause: "on_time", title: "", check: "within_window", event: "arrived", otherwise: "arrived_outside_window" },
    {
      clause: "open",
      title: "",
      check: "elapsed",
      since: "arrived",
      at_least_seconds: 0,
      from_window_start: true,
      after: ["on_time"],
    } as ClauseText,
    events("knocked", "door_knocked", { after: ["open"] }),
    { ...wait, from_window_start: true } as ClauseText,
    events("card", "card_left", { after: ["knocked", "waited"] }),
  ];
  const early = (now_t: number, declined: string[] = []): Door => {
    const one = visit(standard, now_t, ["visit_started", 0], ...here);
    const basis = { ...one.basis, snapshot: JSON.stringify(soon) };
    return doorOf({ ...one, basis }, START + now_t, { ...NO_CHOICES, declined });
  };
  it("waits for the window first, then for the wait that runs from its start", () => {
    expect(early(5).step).toMatchObject({ is: "wait", is_early: true, row: { text: { clause: "open" } } });
    expect(nextWait(early(5).rows)?.verdict.ready_t).toBe(600_000);
    expect(early(600_000).step.is).toBe("knock");
    expect(nextWait(early(600_000).rows)?.text.clause).toBe("waited");
  });
  it("may be given up: then it is no visit in the window, and never the resident's miss", () => {
    expect(early(5, ["on_time"]).step).toMatchObject({
      is: "refused",
      row: { text: { otherwise: "arrived_outside_window" } },
    });
    expect(early(600_000, ["on_time"]).step.is).toBe("knock");
  });
});

describe("numbers to ring", () => {
  const rung = (...said: [label: string, result: string][]): string[] => {
    const calls = said.map(([number_label, result], n): Said => ["resident_called", 10 + n, { number_label, result }]);
    const here_now = door(99, ...asked, ...calls);
    const phone_numbers = ["mobile", "home"].map((label) => ({ label, number: "" }));
    return numbersLeft({ ...here_now, snapshot: { ...snapshot, phone_numbers } }).map(({ label }) => label);
  };
  it("take turns, and one that does not work is not offered again", () => {
    expect(rung()).toEqual(["mobile", "home"]);
    expect(rung(["mobile", "no_answer"])).toEqual(["home", "mobile"]);
    expect(rung(["mobile", "number_unobtainable"], ["home", "no_answer"])).toEqual(["home"]);
    expect(rung(["mobile", "number_unobtainable"], ["home", "number_unobtainable"])).toEqual([]);
  });
});

describe("a slip of the thumb", () => {
  it("may be taken back for 60 s on the stopwatch, and not a moment longer", () => {
    const knock: Said = ["door_knocked", 1000, { method: "knock" }];
    expect(lastSlip(door(60_999, ...asked, knock))?.event.kind).toBe("door_knocked");
    expect(lastSlip(door(61_000, ...asked, knock))).toBeNull();
  });
  it("is gone from the verdict once withdrawn", () => {
    const gone = door(
      2000,
      ...asked,
      ["door_knocked", 1000, { method: "knock" }],
      ["event_withdrawn", 1500, { withdrawn_n: 4, reason: "slip" }],
    );
    expect(gone.step).toMatchObject({ is: "knock", wait_ms: 0 });
  });
});

describe("a call that the planner logged", () => {
  const call = { call_id: "c", appointment_id: "A-1", operative_id: "o", instruction: "leave_card", at: at(125_000) };
  it("needs no codes, once, and only of this operative's visit", () => {
    const here_now = door(126_000, ...knocked);
    expect(loggedCall(here_now, [call])).toEqual(call);
    expect(loggedCall(here_now, [{ ...call, operative_id: "x" }])).toBeNull();
    expect(loggedCall(here_now, [{ ...call, at: at(-1) }])).toBeNull();
    const used: Said = ["planner_contacted", 127_000, { how: "phone", instruction: "keep_waiting", call_id: "c" }];
    expect(loggedCall(door(128_000, ...knocked, used), [call])).toBeNull();
  });
});

describe("what is shown after a restart", () => {
  const open = (now_t: number, ...said: Said[]): State => {
    const one = visit(strange, now_t, ["visit_started", 0], ...said);
    const reading = { wall: START + now_t, mono: 0, boot: "b", is_visible: true };
    const person = { person_id: "o", name: "", role: "operative" };
    const held = { ...firstState(reading), person, visits: [one], standings: [] };
    return update(firstState(reading), { is: "loaded", held, is_start: true });
  };
  const shown = (state: State): string => {
    const one = state.visits[0];
    return one ? shownAt(state, doorOf(one, state.reading.wall, NO_CHOICES)) : "";
  };
  it("is the open visit's own screen: the camera that was asked for, the code that was typed, the call that was begun", () => {
    expect(open(5, ...here).route).toMatchObject({ at: "door", visit_id: "v" });
    expect(shown(open(437_010, ...told, ["photo_asked", 437_005, { photo_id: "p" }]))).toBe("card-photo");
    expect(shown(open(129_000, ...knocked, ["planner_code_typed", 128_000, { code: "00005724" }]))).toBe(
      "planner-read-back",
    );
    expect(shown(open(9, ...here))).toBe("door");
  });
});

describe("a gap that the phone states by itself", () => {
  it("does not wipe the digits that a thumb was typing", () => {
    const one = visit(strange, 5, ["visit_started", 0], ...here);
    const reading = { wall: START, mono: 0, boot: "b", is_visible: true };
    const typing = { ...firstState(reading), visits: [one], draft: { ...firstState(reading).draft, code: "4827" } };
    expect(update(typing, { is: "visit_moved", visit: one, screen: null, is_tap: false, reading }).draft.code).toBe(
      "4827",
    );
    expect(update(typing, { is: "visit_moved", visit: one, screen: null, is_tap: true, reading }).draft.code).toBe("");
  });
});
