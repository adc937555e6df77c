// What changed about an appointment is said in the operative's words, a line for each thing that matters at the door.
import { beforeAll, describe, expect, it } from "vitest";
import type { Snapshot } from "../app/records";
import { differences } from "./changed";
import { spoken, WORDS } from "./words";
import english from "./words.en.json";

const before: Snapshot = {
  appointment_id: "A-1",
  window: { name: "AM", starts_at: "2026-11-23T08:00:00.000Z", ends_at: "2026-11-23T13:00:00.000Z" },
  priority: "routine",
  trade: "plumber",
  agreed: null,
  notifications: [],
  contact_requests: [{ request_id: "r1", text: "Ring the bell" }],
  alerts: [],
};

beforeAll(() => void Object.assign(WORDS, spoken(english)));

describe("what changed", () => {
  it("names a new time, requests that came and went, and new alerts", () => {
    const after: Snapshot = {
      ...before,
      window: { ...before.window, name: "PM", starts_at: "2026-11-23T13:00:00.000Z" },
      contact_requests: [{ request_id: "r2", text: "Use the side door" }],
      alerts: [{ code: "10", text: "Two people" }],
    };
    expect(differences(before, after)).toEqual([
      "New time: PM, 13:00 to 13:00",
      "New request: Use the side door",
      "No longer asked: Ring the bell",
      "New alert: do not visit alone. Two people",
    ]);
  });
  it("says one plain line for what cannot be seen at the door", () => {
    const told = { channel: "text", sent_at: "2026-11-20T08:00:00.000Z", status: "delivered" };
    expect(differences(before, { ...before, notifications: [told] })).toEqual([WORDS.changed.other]);
  });
});
