// A new version is taken between visits only, once, in every tab that is calm, and a failed one changes nothing.
import { beforeEach, describe, expect, it, vi } from "vitest";
import { keepUpToDate, type Moment } from "./updates";

/** What the browser's own container and registration do, as far as an update goes. */
class Worker extends EventTarget {
  state = "installing";
  told: string[] = [];
  postMessage = (words: string): void => void this.told.push(words);
}
class Registration extends EventTarget {
  active: Worker | null = new Worker();
  waiting: Worker | null = null;
  installing: Worker | null = null;
  looks = 0;
  fails = false;
  update = async (): Promise<void> => {
    this.looks += 1;
    if (this.fails) throw new TypeError("no signal");
  };
}
class Container extends EventTarget {
  controller: Worker | null = new Worker();
  registration = new Registration();
  register = async (): Promise<Registration> => this.registration;
}

let browser: Container;
let now_ms: number;
let is_calm: boolean;
let reloads: number;
let told: boolean[];
const moment: Moment = {
  is_calm: () => is_calm,
  told: (is_updating) => void told.push(is_updating),
  reload: () => {
    reloads += 1;
  },
  now_ms: () => now_ms,
};
const begin = () => keepUpToDate(browser as unknown as ServiceWorkerContainer, moment);
const takenOver = (): boolean => browser.dispatchEvent(new Event("controllerchange"));

beforeEach(() => {
  vi.useFakeTimers();
  browser = new Container();
  now_ms = 0;
  is_calm = true;
  reloads = 0;
  told = [];
});

describe("a waiting version", () => {
  it("is taken at start with no visit open, and the page begins anew with it", async () => {
    const waiting = new Worker();
    browser.registration.waiting = waiting;
    await begin();
    expect(waiting.told).toEqual(["take-over"]);
    expect(told).toEqual([true]);
    takenOver();
    expect(reloads).toBe(1);
  });
  it("is left alone while a visit is open, and taken when it has closed", async () => {
    const waiting = new Worker();
    browser.registration.waiting = waiting;
    is_calm = false;
    const updates = await begin();
    updates.calm();
    expect(waiting.told).toEqual([]);
    is_calm = true;
    updates.calm();
    expect(waiting.told).toEqual(["take-over"]);
  });
  it("that another tab took over is not loaded over this tab's visit, but after it", async () => {
    is_calm = false;
    const updates = await begin();
    takenOver();
    expect(reloads).toBe(0);
    is_calm = true;
    updates.calm();
    expect(reloads).toBe(1);
  });
  it("that has just been fetched is taken at once where nothing is open", async () => {
    await begin();
    const fetched = new Worker();
    browser.registration.installing = fetched;
    browser.registration.dispatchEvent(new Event("updatefound"));
    browser.registration.waiting = fetched;
    fetched.state = "installed";
    fetched.dispatchEvent(new Event("statechange"));
    expect(fetched.told).toEqual(["take-over"]);
  });
  it("that never takes over is not said to be coming for ever", async () => {
    browser.registration.waiting = new Worker();
    await begin();
    vi.runAllTimers();
    expect(told).toEqual([true, false]);
    expect(reloads).toBe(0);
  });
});

describe("the first version ever", () => {
  it("takes over the page that fetched it without a reload; the next one does reload", async () => {
    browser.controller = null;
    await begin();
    takenOver();
    expect(reloads).toBe(0);
    takenOver();
    expect(reloads).toBe(1);
  });
});

describe("looking for a newer version", () => {
  it("is done at most hourly, and in vain changes nothing", async () => {
    const updates = await begin();
    updates.look();
    now_ms = 3_600_000;
    browser.registration.fails = true;
    updates.look();
    updates.look();
    await vi.runAllTimersAsync();
    expect(browser.registration.looks).toBe(1);
    expect([reloads, told]).toEqual([0, []]);
  });
});

describe("a browser without workers", () => {
  it("works on, and has nothing to update", async () => {
    const updates = await keepUpToDate(undefined, moment);
    updates.calm();
    updates.look();
    expect(reloads).toBe(0);
  });
});
