// London's clock, reckoned by hand, is the one that the browser's own tables give.
import { describe, expect, it } from "vitest";
import { clockTime, duration, london, londonDay, ringTime } from "./times";

const HOUR = 3_600_000;
const told = new Intl.DateTimeFormat("sv-SE", {
  timeZone: "Europe/London",
  dateStyle: "short",
  timeStyle: "short",
});

describe("London's clock", () => {
  it("is right every 7 hours of twenty years, and in each minute around each change", () => {
    const moments: number[] = [];
    for (let at = Date.UTC(2020, 0, 1); at < Date.UTC(2040, 0, 1); at += 7 * HOUR) moments.push(at);
    for (let year = 2020; year < 2040; year++)
      for (const month of [2, 9])
        for (let day = 24; day <= 31; day++)
          for (const minute of [-1, 0, 1]) moments.push(Date.UTC(year, month, day, 1, minute));
    for (const at of moments) expect(`${londonDay(at)} ${clockTime(at)}`).toBe(told.format(at));
  });
  it("takes an instant or a day as it is written", () => {
    expect(clockTime("2026-07-01T09:00:00.000Z")).toBe("10:00");
    expect(london("2026-11-23").getUTCDay()).toBe(1);
  });
});

describe("lengths of time", () => {
  it("are rounded up, so that nothing is over before it is", () => {
    expect([ringTime(349_001), ringTime(0), duration(349_001), duration(900_000), duration(1)]).toEqual([
      "5:50",
      "0:00",
      "5 min 50 s",
      "15 min",
      "1 s",
    ]);
  });
  it("are told in hours and minutes from an hour on", () => {
    const minute = 60_000;
    expect([duration(77.7 * minute), duration(HOUR), duration(1302.2 * minute), ringTime(77.5 * minute)]).toEqual([
      "1 h 17 min",
      "1 h",
      "21 h 42 min",
      "1:17:30",
    ]);
  });
});
