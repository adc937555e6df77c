// Who this phone is to the office: the installation that its queue counts under, the key that it signs with, and its end.

import type { Lost } from "../app/device";
import type { AskedKey, Enrolled, Queue, StoredPhoto } from "../app/records";
import { all, meta, NAMES, queueOf, Shelves, unacknowledged } from "./shelves";

export class Identity extends Shelves {
  /** The first start on a phone gives it its installation id; of two tabs at once, one gives it. */
  protected firstQueue(installation_id: string): Promise<Queue> {
    return this.write(["meta"], async (of) => {
      const queue = (await meta(of, "queue")) ?? { installation_id, next_seq: 1, acked: 0 };
      of("meta").put(queue, "queue");
      return queue;
    });
  }

  /** The office holds other events under our numbers: what it has not acknowledged is counted anew, under a new id. */
  renewInstallation(old: Queue, installation_id: string): Promise<Queue> {
    return this.write(["meta", "events"], async (of) => {
      const queue = await queueOf(of);
      if (queue.installation_id !== old.installation_id) return queue;
      const events = await unacknowledged(of, queue);
      events.forEach((event, index) => void of("events").put({ ...event, installation_id, seq: index + 1 }));
      const renewed = { installation_id, next_seq: events.length + 1, acked: 0 };
      of("meta").put(renewed, "queue");
      return renewed;
    });
  }

  /** The key that the office was asked to enrol, where its answer was not heard. */
  asked(): Promise<AskedKey | undefined> {
    return this.db.run(["meta"], "readonly", async (of) => (await meta(of, "asked_with")) ?? undefined);
  }
  putAsked = (key: AskedKey): Promise<void> => this.put("asked_with", key);
  /** From here on, whatever is written is this enrolled phone's. */
  enrol(device: Enrolled): Promise<void> {
    return this.write(["meta"], (of) => {
      of("meta").put(device, "device");
      of("meta").delete("asked_with");
    });
  }
  /**
   * What the office says of an enrolment whose answer was lost. True where it did enrol this phone, but something was
   * written since that no key signed: then that enrolment is left, and what waits must go under another installation.
   */
  settleAsked(device_id: string | null, enrolled_at: string, is_over: boolean): Promise<boolean> {
    return this.write(["meta", "events"], async (of) => {
      const [asked, person] = await Promise.all([meta(of, "asked_with"), meta(of, "person")]);
      const waiting = await unacknowledged(of, await queueOf(of), 1);
      if (!asked || !(device_id || is_over)) return false;
      of("meta").delete("asked_with");
      if (!device_id || waiting.length > 0) return device_id !== null;
      const { private_key, public_key } = asked;
      of("meta").put({ private_key, public_key, device_id, enrolled_at, name: person?.name ?? "" }, "device");
      return false;
    });
  }

  /** The office revoked this phone and has all that it held: nothing stays but a note of that. False where it has not. */
  wipe(at: number): Promise<boolean> {
    return this.write(NAMES, async (of) => {
      const photos = await all<StoredPhoto>(of, "photos");
      const waiting = await unacknowledged(of, await queueOf(of), 1);
      if (waiting.length > 0 || photos.some(({ is_kept, is_sent }) => is_kept && !is_sent)) return false;
      for (const name of NAMES) of(name).clear();
      of("meta").put({ at, person_id: "", unsent: 0, is_wiped: true } satisfies Lost, "lost");
      return true;
    });
  }
}
