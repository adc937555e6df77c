// The stopwatch counts what passed, whatever is done to the phone's wall clock while somebody could be watching it.
import { describe, expect, it } from "vitest";
import {
  advance,
  gapToNote,
  isWallMoved,
  LOOK_MS,
  mustKeep,
  type Reading,
  type Stopwatch,
  stamped,
  startStopwatch,
} from "./stopwatch";

const MINUTE = 60_000;
const look = (wall: number, mono: number, is_visible = true, boot = "first"): Reading => ({
  wall,
  mono,
  is_visible,
  boot,
});
const run = (...looks: Reading[]): Stopwatch => looks.slice(1).reduce(advance, startStopwatch(looks[0] as Reading));

describe("in view", () => {
  it("starts at 0 and adds monotonic time", () => {
    expect(run(look(1000, 5)).t).toBe(0);
    expect(run(look(1000, 5), look(4000, 3005)).t).toBe(3000);
  });
  it("is not moved by a wall clock set 20 minutes on, nor by one set back", () => {
    expect(run(look(0, 0), look(20 * MINUTE, 1000)).t).toBe(1000);
    expect(run(look(0, 0), look(-20 * MINUTE, 1000)).t).toBe(1000);
    expect(gapToNote(run(look(0, 0), look(20 * MINUTE, 1000)))).toBeNull();
  });
  it("knows a wall clock that was set from one that merely drifts", () => {
    expect(isWallMoved(look(0, 0), look(20 * MINUTE, 250))).toBe(true);
    expect(isWallMoved(look(0, 0), look(-MINUTE, 250))).toBe(true);
    expect(isWallMoved(look(0, 0), look(255, 250))).toBe(false);
  });
  it("loses no fraction of a millisecond over a thousand looks", () => {
    const looks = Array.from({ length: 1001 }, (_, index) => look(0, index * 16.7));
    expect(run(...looks).t).toBe(Math.floor(1000 * 16.7));
  });
});

describe("out of view", () => {
  it("credits the wall clock across hiding and sleep, where the monotonic clock stood still", () => {
    const slept = run(look(0, 0), look(1000, 1000, false), look(11 * MINUTE, 1500));
    expect(slept.t).toBe(11 * MINUTE);
    expect(gapToNote(slept)).toEqual({ hidden_ms: 11 * MINUTE - 1000, wall_ms: 11 * MINUTE - 1000, mono_ms: 500 });
  });
  it("credits and notes a clock moved on while hidden", () => {
    const moved = run(look(0, 0), look(1000, 1000, false), look(20 * MINUTE, 2000));
    expect(moved.t).toBe(20 * MINUTE);
    expect(gapToNote(moved)?.mono_ms).toBe(1000);
  });
  it("never goes backwards for a clock set back while hidden: what the monotonic clock proves still counts", () => {
    const moved = run(look(0, 0), look(1000, 1000, false), look(-20 * MINUTE, 6000));
    expect(moved.t).toBe(6000);
    expect(gapToNote(moved)).toEqual({ hidden_ms: 5000, wall_ms: -20 * MINUTE - 1000, mono_ms: 5000 });
  });
  it("goes on in view from where the gap left it", () => {
    expect(run(look(0, 0), look(1000, 1000, false), look(61_000, 1000), look(62_000, 2000)).t).toBe(62_000);
  });
  it("does not note a blink", () => {
    expect(gapToNote(run(look(0, 0), look(1000, 1000, false), look(2500, 2500)))).toBeNull();
  });
  it("sums gaps until one is stated", () => {
    const twice = run(look(0, 0), look(0, 0, false), look(1500, 1500), look(1500, 1500, false), look(3000, 3000));
    expect(gapToNote(twice)).toEqual({ hidden_ms: 3000, wall_ms: 3000, mono_ms: 3000 });
  });
});

describe("a restart", () => {
  it("goes on from the last durable look, by the wall clock, after a kill in the middle of a visit", () => {
    const killed = run(look(0, 0), look(5 * MINUTE, 5 * MINUTE));
    const relaunched = advance(killed, look(9 * MINUTE, 12, true, "second"));
    expect(relaunched.t).toBe(9 * MINUTE);
    expect(gapToNote(relaunched)).toEqual({ hidden_ms: 4 * MINUTE, wall_ms: 4 * MINUTE, mono_ms: 0 });
    expect(advance(relaunched, look(9 * MINUTE, 1012, true, "second")).t).toBe(9 * MINUTE + 1000);
  });
  it("adds nothing where the wall clock went backwards over it, and notes that it did", () => {
    const relaunched = advance(run(look(0, 0), look(1000, 1000)), look(-MINUTE, 7, true, "second"));
    expect(relaunched.t).toBe(1000);
    expect(gapToNote(relaunched)).toEqual({ hidden_ms: 0, wall_ms: -MINUTE - 1000, mono_ms: 0 });
  });
});

describe("a wall clock moved in view, and then a kill", () => {
  const JUMP = 20 * MINUTE;
  /** Runs in view, moves the wall at `moved`, kills at `killed` and relaunches 5 s later from what was durable. */
  function relaunch(moved: number, killed: number): { t: number; told_ms: number } {
    const wall = (mono: number): number => mono + (mono >= moved ? JUMP : 0);
    let durable = startStopwatch(look(wall(0), 0));
    let watch = durable;
    for (let mono = LOOK_MS; mono <= killed; mono += LOOK_MS) {
      const now = look(wall(mono), mono);
      watch = advance(watch, now);
      if (mustKeep(durable, now)) durable = watch;
    }
    const back = advance(durable, look(wall(killed) + 5000, 10, true, "second"));
    return { t: back.t, told_ms: gapToNote(back)?.hidden_ms ?? 0 };
  }

  it("is never credited once a look has seen it, whenever the kill comes", () => {
    for (let moved = 1; moved < 2500; moved += 83)
      for (let killed = moved + LOOK_MS; killed < moved + 1500; killed += 41)
        expect([moved, killed, relaunch(moved, killed).t]).toEqual([moved, killed, killed + 5000]);
  });
  it("is stated as a gap where the kill came before the next look, so that the office can weigh it", () => {
    for (let killed = 1001; killed < 1250; killed += 13) {
      const { t, told_ms } = relaunch(1001, killed);
      expect(t).toBe(killed + 5000 + JUMP);
      expect(told_ms).toBeGreaterThanOrEqual(JUMP);
    }
  });
});

describe("events", () => {
  it("never share a moment: a second tap in the same millisecond is one later", () => {
    expect(stamped(run(look(0, 0)), 0).t).toBe(1);
    expect(stamped(run(look(0, 0), look(9, 9)), 0).t).toBe(9);
  });
});
