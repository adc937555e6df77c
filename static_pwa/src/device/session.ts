// Signs a person in and out at the office; what they state on this phone goes on without either.
import type { Person } from "../app/records";
import { heading, WORDS } from "../views/words";
import { call } from "./api";

/** The person, or in words why not. */
export async function openSession(
  username: string,
  password: string,
  installation_id: string,
): Promise<Person | string> {
  const json = { username, password, installation_id };
  const answer = await call<Person>("/api/session", { method: "POST", json });
  if (answer.is === "unreachable") return WORDS.sign_in.unreachable;
  if (answer.is === "refused") return whyRefused(answer.status, answer.headers);
  const { person_id, name, role, patch } = answer.body;
  return { person_id, name, role, patch: patch ?? null };
}

function whyRefused(status: number, headers: Headers): string {
  const { sign_in, unsent } = WORDS;
  if (status === 429) return sign_in.too_many(Math.ceil(Number(headers.get("retry-after") ?? 60) / 60));
  return status === 401 ? sign_in.refused : heading(unsent.why.office_fault);
}

export async function endSession(): Promise<void> {
  await call("/api/session", { method: "DELETE" });
}
