// What the phone as a thing has to say is derived: when to offer the home screen, and which visits it should have.
import { describe, expect, it } from "vitest";
import type { Reading } from "../domain/stopwatch";
import { cueBetween, type Waits } from "./cues";
import { begunElsewhere, FIRST_SETTINGS, offersInstall } from "./device";
import type { Day, Standing } from "./records";
import { firstState, type State } from "./state";
import { update } from "./update";

const DAY_MS = 24 * 3_600_000;
const reading: Reading = { wall: 30 * DAY_MS, mono: 0, boot: "b", is_visible: true };
const first = firstState(reading);
const device = (now: Partial<State["device"]>): State => update(first, { is: "device", now });

describe("the home screen", () => {
  it("is offered where it can be done and is not, and again a week after it was put off", () => {
    expect(
      ["ask", "by_hand_ios", "by_hand", "done"].map((install) => offersInstall(device({ install } as never))),
    ).toEqual([true, true, false, false]);
    const put_off = (days: number): State =>
      device({ install: "ask", settings: { ...FIRST_SETTINGS, put_off_at: reading.wall - days * DAY_MS } });
    expect([offersInstall(put_off(6)), offersInstall(put_off(8))]).toEqual([false, true]);
  });
});

describe("a visit that the office knows as begun", () => {
  const standing = (visit_id: string, how: string): Standing => ({ visit_id, appointment_id: "A-1", standing: how });
  const day = { visits: [standing("v1", "in_progress"), standing("v2", "recorded")] } as unknown as Day;

  it("is missed where this phone does not have it, and not once it is known to have ended", () => {
    expect(begunElsewhere({ ...first, day })).toEqual(["A-1"]);
    expect(begunElsewhere({ ...first, day, standings: { v1: standing("v1", "ended") } })).toEqual([]);
    const visits = [{ basis: { visit_id: "v1" } }] as unknown as State["visits"];
    expect(begunElsewhere({ ...first, day, visits })).toEqual([]);
  });
});

describe("a cue", () => {
  const waits = (clauses: Waits["clauses"], last_n = 3, visit_id = "v"): Waits => ({ visit_id, last_n, clauses });

  it("is given when time alone ended a wait, the longer one before the knock", () => {
    const before = waits({ knocked: "knock", waited: "wait" });
    expect(cueBetween(before, waits({ waited: "wait" }))).toBe("knock");
    expect(cueBetween(before, waits({}))).toBe("wait");
  });
  it("is not given for what a thumb did, at another door, or at the first look", () => {
    const before = waits({ knocked: "knock" });
    expect(cueBetween(before, waits({}, 4))).toBeNull();
    expect(cueBetween(before, waits({}, 3, "w"))).toBeNull();
    expect(cueBetween(undefined, waits({}))).toBeNull();
    expect(cueBetween(before, before)).toBeNull();
  });
});
