// Takes a new version between visits only: at start, or back on Today, with no visit open; a failed one changes nothing.

const LOOK_AGAIN_MS = 3_600_000;
/** A worker that does not take over in this time is left for the next calm moment. */
const PATIENCE_MS = 8000;

export interface Moment {
  /** No visit is open, and nothing is being typed. */
  readonly is_calm: () => boolean;
  readonly told: (is_updating: boolean) => void;
  readonly reload: () => void;
  readonly now_ms: () => number;
}

export interface Updates {
  /** A moment that may be calm: a waiting version is taken if it is. */
  calm(): void;
  /** Asks the server for a newer version, at most hourly. */
  look(): void;
}
const NONE: Updates = { calm: () => undefined, look: () => undefined };

/** `workers` is the browser's own; where it has none, the app works while it is open, and the strip says the rest. */
export async function keepUpToDate(workers: ServiceWorkerContainer | undefined, moment: Moment): Promise<Updates> {
  try {
    if (!workers) return NONE;
    // The first worker ever takes over a page that is its own version already.
    let had_worker = workers.controller !== null;
    let is_due = false;
    const registration = await workers.register("/door/sw.js", { scope: "/door/", type: "classic" });
    let looked_ms = moment.now_ms();

    const calm = (): void => {
      if (!moment.is_calm()) return;
      // Another tab let the new version take over: this one begins anew with it as soon as nothing is open here.
      if (is_due) moment.reload();
      else if (registration.waiting && had_worker) {
        moment.told(true);
        setTimeout(() => moment.told(false), PATIENCE_MS);
        registration.waiting.postMessage("take-over");
      }
    };
    workers.addEventListener("controllerchange", () => {
      is_due = had_worker;
      had_worker = true;
      calm();
    });
    // A version that has just been fetched may be taken at once where the moment is calm.
    registration.addEventListener("updatefound", () => {
      const fetched = registration.installing;
      fetched?.addEventListener("statechange", () => {
        if (fetched.state === "installed") calm();
      });
    });
    registration.active?.postMessage("whole");
    calm();
    const look = (): void => {
      if (Math.abs(moment.now_ms() - looked_ms) < LOOK_AGAIN_MS) return;
      looked_ms = moment.now_ms();
      // No signal, or a server that is restarting: the version that is here goes on.
      registration.update().catch(() => undefined);
    };
    return { calm, look };
  } catch {
    return NONE;
  }
}
