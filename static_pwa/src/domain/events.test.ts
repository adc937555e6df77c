// The phone states only what the vocabulary holds, and withdrawn taps are gone before anything is judged.
import { describe, expect, it } from "vitest";
import { cleanText, faultIn, standing } from "./events";

describe("the vocabulary", () => {
  it("takes a knock by its method, and no other method", () => {
    expect(faultIn("door_knocked", { method: "bell" })).toBeNull();
    expect(faultIn("door_knocked", { method: "kick" })).toMatch("method");
  });
  it("refuses unknown kinds, unknown fields and missing fields", () => {
    expect(faultIn("sang", {})).toMatch("vocabulary");
    expect(faultIn("access_gained", { loud: true })).toMatch("loud");
    expect(faultIn("card_left", {})).toMatch("placed");
  });
  it("lets nobody close a visit as no access: only recording it as missed leads there", () => {
    expect(faultIn("visit_closed", { outcome: "no_access_carded" })).toMatch("outcome");
    expect(faultIn("visit_closed", { outcome: "completed" })).toBeNull();
  });
  it("takes whole numbers only", () => {
    expect(faultIn("clock_gap", { hidden_ms: 1.5, wall_ms: -3, mono_ms: 0 })).toMatch("hidden_ms");
    expect(faultIn("clock_gap", { hidden_ms: 1, wall_ms: -3, mono_ms: 0 })).toBeNull();
  });
});

describe("typed text", () => {
  it("loses control characters, broken halves and what is over a thousand characters", () => {
    expect(cleanText("  a\u0000b\nc ")).toBe("ab\nc");
    expect(cleanText("x\ud800")).toBe("x\ufffd");
    expect(cleanText("y".repeat(2000))).toHaveLength(1000);
  });
});

describe("withdrawing", () => {
  it("takes out both the slip and its withdrawal, and leaves the rest in order", () => {
    const event = (n: number, kind: string, own = {}) => ({ n, kind, at: "", t: n, ...own });
    const all = [
      event(0, "visit_started"),
      event(1, "door_knocked"),
      event(2, "event_withdrawn", { withdrawn_n: 1 }),
      event(3, "arrived"),
    ];
    expect(standing(all).map(({ n }) => n)).toEqual([0, 3]);
  });
});
