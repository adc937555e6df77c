// The phone's two clocks, and whether the page is in view: the only place that asks what time it is.
import type { Reading } from "../domain/stopwatch";

/** Names this start of the page: monotonic times of two starts cannot be compared. */
const boot = crypto.randomUUID();

export function look(): Reading {
  return {
    wall: Date.now(),
    mono: performance.now(),
    boot,
    is_visible: document.visibilityState === "visible",
  };
}

export const instant = (wall: number): string => new Date(wall).toISOString();
