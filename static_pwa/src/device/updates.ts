// Registers the service worker, and lets a new version take over only at start, with no visit open.

export async function registerUpdates(has_open_visit: boolean): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  try {
    const registration = await navigator.serviceWorker.register("/door/sw.js", { scope: "/door/", type: "classic" });
    if (has_open_visit || !registration.waiting || !navigator.serviceWorker.controller) return;
    navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
    registration.waiting.postMessage("take-over");
  } catch {
    // No worker in this browser or mode: the app works while it is open, and the strip still says what is not sent.
  }
}
