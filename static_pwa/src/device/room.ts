// Whether this phone has room for the day: asked of the browser, and tried with a reserve that taps may use up.
import { DAY_BYTES, type Device, LOW_BYTES } from "../app/device";
import type { Store } from "./store";

/** What the phone has room for now. The reserve is written back when there is room for it again. */
export async function lookForRoom(store: Store, is_thorough: boolean): Promise<Pick<Device, "space" | "free_bytes">> {
  const { quota, usage = 0 } = (await navigator.storage?.estimate?.().catch(() => undefined)) ?? {};
  const free_bytes = quota === undefined ? null : Math.max(0, quota - usage);
  const has_reserve = await store.keepReserve().catch(() => false);
  if (!has_reserve) return { space: "full", free_bytes };
  // Chromium says 10 GB, however full the phone is: so a day's photos are tried too, where nothing else is going on.
  const is_low =
    (free_bytes ?? LOW_BYTES) < LOW_BYTES || (is_thorough && !(await store.hasRoomFor(DAY_BYTES).catch(() => true)));
  return { space: is_low ? "low" : "enough", free_bytes };
}

/** The browser's promise to keep what is stored: asked for once there is somebody whose work it keeps. */
export async function askToPersist(may_ask: boolean): Promise<boolean | null> {
  if (!navigator.storage?.persisted) return null;
  return (await navigator.storage.persisted()) || (may_ask && (await navigator.storage.persist()));
}
