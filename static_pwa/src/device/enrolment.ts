// Enrols this phone at the office: nothing waits unsigned, and nothing is written while the office is asked.
import type { Enrolled } from "../app/records";
import type { State } from "../app/state";
import { WORDS } from "../views/words";
import { call } from "./api";
import { inTurn } from "./journal";
import { keptKey, sign } from "./keys";
import { whyRefused } from "./session";
import type { Store } from "./store";

/** The code as it was meant: typed small, or read out in two halves. */
const meant = (typed: string): string => typed.toUpperCase().replace(/[^A-Z0-9]/g, "");
const LENGTH = 10;

/** The enrolled phone, or in words why it is not. */
export async function enrolPhone({ person, queue }: State, store: Store, typed: string): Promise<Enrolled | string> {
  const { enrol: words, sign_in } = WORDS;
  const code = meant(typed);
  if (!person || code.length !== LENGTH) return words.wrong;
  return inTurn(async () => {
    const { installation_id } = queue;
    if ((await store.unsent(person.person_id, 1)).events.length > 0) return words.unsent;
    const key = await keptKey(store, Date.now());
    if (!key) return words.no_key;
    const { private_key, public_key } = key;
    const proof = await sign(private_key, "enrol", `${code}\n${person.person_id}\n${installation_id}\n`);
    const json = { code, public_key, proof };
    const answer = await call<Pick<Enrolled, "device_id" | "enrolled_at">>("/api/enrolments", { method: "POST", json });
    if (answer.is === "unreachable") return sign_in.unreachable;
    if (answer.is === "ok") {
      const { device_id, enrolled_at } = answer.body;
      const enrolled = { device_id, enrolled_at, private_key, public_key, name: person.name };
      await store.enrol(enrolled);
      return enrolled;
    }
    if (answer.type.endsWith("enrolment-code")) return words.wrong;
    return answer.status === 401 ? sign_in.again : whyRefused(answer.status, answer.headers);
  });
}
