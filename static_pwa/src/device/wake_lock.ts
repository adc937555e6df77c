// Keeps the screen on while a wait runs, where the phone allows it; the wait counts all the same where it does not.
let held: WakeLockSentinel | null = null;
let is_asking = false;

export async function keepAwake(is_wanted: boolean): Promise<void> {
  if (!is_wanted) {
    const old = held;
    held = null;
    await old?.release();
    return;
  }
  const is_needed = !held || held.released;
  if (!is_needed || is_asking || !navigator.wakeLock || document.visibilityState !== "visible") return;
  is_asking = true;
  try {
    held = await navigator.wakeLock.request("screen");
  } catch {
    // Low battery or a browser's refusal: the stopwatch goes on across sleep.
  } finally {
    is_asking = false;
  }
}
