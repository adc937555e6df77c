// The grades of what was done at the door, by the kind of event that states it; the twin of the office's.
import { plannersOf } from "./dossier.ts";
import { type Graded, weakestOf } from "./graded.ts";
import { gradeSpacing, gradeStatedTime } from "./grading_time.ts";
import type { LaidOut } from "./laid_out.ts";
import { textOf } from "./linking.ts";
import type { EnoughEvents } from "./policy.ts";
import type { Told } from "./reading.ts";

type Grader = (laid: LaidOut, clause: string, check: EnoughEvents, events: readonly Told[]) => Graded;

/** The grade that their kind can have; and where they had to be apart, no better than the clocks tell. */
export function gradeEvents(laid: LaidOut, clause: string, check: EnoughEvents, events: readonly Told[]): Graded {
  const graded = (BY_KIND[check.match.event] ?? byWord("operative_word"))(laid, clause, check, events);
  const apart_ms = (check.apart_seconds ?? 0) * 1000;
  if (apart_ms === 0 || events.length < 2) return graded;
  const spacing = gradeSpacing(laid, clause, events, apart_ms);
  // That the taps were apart can be proven; that a hand was at the door cannot.
  if (check.match.event === "door_knocked") return atMostConsistent(spacing);
  return weakestOf([spacing, graded]);
}

const atMostConsistent = (graded: Graded): Graded =>
  graded.grade === "proven" ? { ...graded, grade: "consistent", vouchers: ["operative", ...graded.vouchers] } : graded;

const byWord =
  (why: string): Grader =>
  (_, clause) => ({ clause, grade: "unsupported", why, facts: {}, vouchers: ["operative"] });

const contacted: Grader = (laid, clause, check, events) => {
  const { dossier, matched } = laid.its;
  const call = dossier.calls.get(matched.get(events.at(-1)?.n ?? -1) ?? "");
  if (!call || !events.every(({ n }) => matched.has(n)))
    return byWord("contact_not_logged")(laid, clause, check, events);
  const facts = { planner_id: call.planner_id, logged_at: call.logged?.at ?? 0 };
  return { clause, grade: "proven", why: "contact_logged", facts, vouchers: ["planner"] };
};

/** A card is vouched for by its photo. */
const cardLeft: Grader = (laid, clause, check, events) =>
  laid.ofKind("card_photographed").length === 0
    ? byWord("card_word")(laid, clause, check, events)
    : photographed(laid, clause, "card_photographed", 1);

const photo: Grader = (laid, clause, check) => photographed(laid, clause, check.match.event, check.at_least);

/** Photos of a kind: none used elsewhere, enough of them whole; a card's, read by a supervisor, proves it. */
function photographed(laid: LaidOut, clause: string, kind: string, at_least: number): Graded {
  const { dossier, visit_id } = laid.its;
  const photos = laid.ofKind(kind);
  const used = photos.flatMap(({ own }) => [textOf(own, "photo_sha256"), textOf(own, "source_sha256")]);
  const elsewhere = used.flatMap((sha256) => dossier.reused.get(sha256) ?? []).filter((other) => other !== visit_id);
  const first = elsewhere.sort()[0];
  if (first !== undefined)
    return { clause, grade: "contradicted", why: "photo_reused", facts: { visit_id: first }, vouchers: ["server"] };
  const names = [...new Set(photos.map(({ own }) => textOf(own, "photo_sha256")))];
  const states = names.flatMap((sha256) => dossier.photos.get(sha256) ?? []);
  const whole = states.filter(({ state }) => state === "complete");
  if (whole.length < at_least) {
    const why = states.some(({ state }) => state === "unreadable") ? "photo_unreadable" : "photo_awaited";
    return { clause, grade: "unsupported", why, facts: {}, vouchers: ["operative"] };
  }
  const came = Math.min(...whole.map(({ position }) => position));
  const supervisor_id = kind === "card_photographed" ? cardReader(laid, came) : null;
  if (supervisor_id === null)
    return { clause, grade: "consistent", why: "photo_whole", facts: {}, vouchers: ["phone", "server"] };
  return { clause, grade: "proven", why: "card_read", facts: { supervisor_id }, vouchers: ["supervisor", "phone"] };
}

/** Who read the visit's code on the card, with the photo to look at; nobody for a card that they themselves ordered. */
function cardReader(laid: LaidOut, came: number): string | null {
  const { dossier, visit_id, operative_id } = laid.its;
  const latest = dossier.decisions.get(visit_id)?.at(-1);
  if (!latest?.reads_card || latest.position < came) return null;
  return plannersOf(dossier, operative_id).has(latest.by_id) ? null : latest.by_id;
}

/** What can be said of a kind beyond the operative's word; of every other kind nothing can. */
const BY_KIND: Readonly<Record<string, Grader>> = {
  door_knocked: (laid, clause, _, events) => gradeStatedTime(laid, clause, laid.event(events.at(-1)?.n)),
  resident_called: byWord("call_word"),
  planner_contacted: contacted,
  card_left: cardLeft,
  card_photographed: photo,
  door_photographed: photo,
};
