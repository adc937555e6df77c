// Signs a person in and out at the office; what they state on this phone goes on without either.
import type { Person } from "../app/records";
import type { State } from "../app/state";
import { heading, WORDS } from "../views/words";
import { anchorMs, newestAnchor } from "./anchors";
import { call } from "./api";
import { sign } from "./keys";

const HOUR_MS = 3_600_000;
/** How long a session lasts, from now. */
interface Lasting {
  readonly server_time: string;
  readonly expires_at: string;
}
const halfOf = ({ server_time, expires_at }: Lasting): number => (Date.parse(server_time) + Date.parse(expires_at)) / 2;

/** The person, or in words why not. */
export async function openSession(
  username: string,
  password: string,
  installation_id: string,
): Promise<Person | string> {
  const json = { username, password, installation_id };
  const answer = await call<Person & Lasting>("/api/session", { method: "POST", json });
  if (answer.is === "unreachable") return WORDS.sign_in.unreachable;
  if (answer.is === "refused") return whyRefused(answer.status, answer.headers);
  const { person_id, name, role, patch } = answer.body;
  return { person_id, name, role, patch: patch ?? null, renew_at: halfOf(answer.body) };
}

/**
 * A longer session for a phone that proves that it is the enrolled one, once half of it is over by the office's clock:
 * until then, or where it has no answer, null. A refusal is taken for an hour.
 */
export async function renewSession({ enrolled, queue, person }: State): Promise<Person | null> {
  const anchor = newestAnchor();
  if (!enrolled || !person?.renew_at || anchorMs(anchor) < person.renew_at) return null;
  const { installation_id } = queue;
  const proof = await sign(enrolled.private_key, "renew", `${installation_id}\n${anchor}\n`);
  const json = { installation_id, anchor, proof };
  const answer = await call<Lasting>("/api/session/renewal", { method: "POST", json });
  if (answer.is === "unreachable") return null;
  return { ...person, renew_at: answer.is === "ok" ? halfOf(answer.body) : anchorMs(anchor) + HOUR_MS };
}

export function whyRefused(status: number, headers: Headers): string {
  const { sign_in, unsent } = WORDS;
  if (status === 429) return sign_in.too_many(Math.ceil(Number(headers.get("retry-after") ?? 60) / 60));
  return status === 401 ? sign_in.refused : heading(unsent.why.office_fault);
}

export async function endSession(): Promise<void> {
  await call("/api/session", { method: "DELETE" });
}
