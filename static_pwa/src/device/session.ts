// Signs a person in and out at the office; what they state on this phone goes on without either.
import type { Person } from "../app/records";
import { WORDS } from "../views/words";
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
  if (answer.is === "refused") return answer.detail || WORDS.sign_in.refused;
  const { person_id, name, role, patch } = answer.body;
  return { person_id, name, role, patch: patch ?? null };
}

export async function endSession(): Promise<void> {
  await call("/api/session", { method: "DELETE" });
}
