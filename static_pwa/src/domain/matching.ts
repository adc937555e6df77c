// Which planner's call vouches for which contact that an operative stated, the twin of the office's: one call, one event.
import { type Call, type Dossier, eventKey } from "./dossier.ts";
import { type Chain, textOf } from "./linking.ts";

const SAME_TIME_MS = 15 * 60_000;
const LATE_AFTER_MS = 60 * 60_000;

interface Contact {
  readonly visit_id: string;
  readonly n: number;
  readonly operative_id: string;
  readonly at_ms: number;
  readonly received_at: number;
  readonly instruction: string;
  readonly call_id: string;
  /** What was typed since the contact before it, if anything was. */
  readonly code: string;
}

/** The planner contacts of a visit, each with the code that was typed before it. */
export function contactsIn(visit_id: string, chain: Chain): Contact[] {
  const found: Contact[] = [];
  let code = "";
  for (const { body, event } of chain.links) {
    if (event.kind === "planner_code_typed") code = textOf(event.own, "code");
    if (event.kind !== "planner_contacted") continue;
    found.push({
      visit_id,
      n: event.n,
      operative_id: event.actor_id,
      at_ms: event.at_ms,
      received_at: body.received_at,
      instruction: textOf(event.own, "instruction"),
      call_id: textOf(event.own, "call_id"),
      code,
    });
    code = "";
  }
  return found;
}

type Pair = readonly [Contact, Call];

/** The call that vouches for each contact that has one, by `eventKey`. */
export function match(dossier: Dossier, contacts: readonly Contact[]): Map<string, string> {
  const matched = byPerson(dossier, contacts);
  const taken = new Set(matched.values());
  let calls = [...dossier.calls.values()].filter((call) => call.logged && !taken.has(call.call_id));
  let left = contacts.filter(({ visit_id, n }) => !matched.has(eventKey(visit_id, n)));
  for (const isCandidate of [isSameCall, isSameCode, isSameTime]) {
    const pairs: Pair[] = left.flatMap((contact) =>
      calls.filter((call) => isCandidate(contact, call)).map((call) => [contact, call] as const),
    );
    for (const [contact, call] of pairs)
      if (isOnly(pairs, contact, call) && agrees(contact, call) && !isLate(contact, call))
        matched.set(eventKey(contact.visit_id, contact.n), call.call_id);
    // Who was named and did not match is for people to see: a weaker rule must not find it another partner.
    left = left.filter((contact) => !pairs.some(([named]) => named === contact));
    calls = calls.filter((call) => !pairs.some(([, named]) => named === call));
  }
  return matched;
}

function byPerson(dossier: Dossier, contacts: readonly Contact[]): Map<string, string> {
  const matched = new Map<string, string>();
  for (const contact of contacts) {
    const key = eventKey(contact.visit_id, contact.n);
    const call = dossier.calls.get(dossier.matches.get(key) ?? "");
    if (call && call.operative_id === contact.operative_id && agrees(contact, call)) matched.set(key, call.call_id);
  }
  return matched;
}

const isLate = (contact: Contact, { logged }: Call): boolean =>
  logged !== null && logged.at - contact.received_at > LATE_AFTER_MS;

const isSameCall = (contact: Contact, call: Call): boolean =>
  contact.operative_id === call.operative_id && contact.call_id === call.call_id;

/** The code stands for ten minutes after the planner opened the form; saved later, it vouches for nothing. */
const isSameCode = (contact: Contact, call: Call): boolean =>
  contact.operative_id === call.operative_id &&
  contact.code === call.code &&
  call.logged !== null &&
  call.logged.at <= call.expires_at;

const isSameTime = (contact: Contact, call: Call): boolean =>
  contact.operative_id === call.operative_id &&
  call.logged !== null &&
  agrees(contact, call) &&
  Math.abs(call.logged.at - contact.at_ms) <= SAME_TIME_MS;

const agrees = (contact: Contact, call: Call): boolean => call.logged?.instruction === contact.instruction;

const isOnly = (pairs: readonly Pair[], contact: Contact, call: Call): boolean =>
  pairs.filter(([one]) => one === contact).length === 1 && pairs.filter(([, one]) => one === call).length === 1;
