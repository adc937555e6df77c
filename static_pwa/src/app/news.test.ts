// What changed in the office is told against the form of the day that the phone first had.
import { describe, expect, it } from "vitest";
import { withNews } from "./news";
import type { Day, ListedAppointment } from "./records";

const one = (appointment_id: string, starts_at: string, notified = ""): ListedAppointment => ({
  appointment_id,
  snapshot: JSON.stringify({ window: { starts_at }, notifications: [notified] }),
  snapshot_sha256: starts_at + notified,
  policy_version: "1",
});
const day = (date: string, ...appointments: ListedAppointment[]): Day => ({
  date,
  server_time: "",
  feed_next: 0,
  planner_number: "",
  appointments,
  policies: [],
  declarations: [],
  outcomes: [],
  visits: [],
});
const told = (...days: Day[]): string[] => {
  const last = days.reduce<Day | null>(withNews, null);
  return (last?.news ?? []).map(({ appointment_id, is }) => `${appointment_id} ${is}`);
};

describe("news of the day", () => {
  it("is nothing at first, nor of another day, nor of what only the office needs", () => {
    expect(told(day("1", one("a", "8")))).toEqual([]);
    expect(told(day("1", one("a", "8")), day("2", one("b", "8")))).toEqual([]);
    expect(told(day("1", one("a", "8")), day("1", one("a", "8", "text delivered")))).toEqual([]);
  });
  it("tells what is new, changed or gone, and goes on telling it", () => {
    const days = [day("1", one("a", "8"), one("b", "8")), day("1", one("a", "9"), one("c", "8"))];
    expect(told(...days)).toEqual(["a changed", "c new", "b gone"]);
    expect(told(...days, day("1", one("a", "9"), one("c", "8")))).toEqual(["a changed", "c new", "b gone"]);
  });
  it("keeps the first form to compare with, and takes back what came back", () => {
    const moved = [day("1", one("a", "8")), day("1", one("a", "9")), day("1", one("a", "10"))];
    expect(moved.reduce<Day | null>(withNews, null)?.news?.[0]?.was).toContain('"8"');
    expect(
      told(day("1", one("a", "8"), one("b", "8")), day("1", one("a", "8")), day("1", one("a", "8"), one("b", "8"))),
    ).toEqual(["b new"]);
  });
});
