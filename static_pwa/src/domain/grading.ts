// How sure each check of a missed visit is, the twin of the office's: one grader for each kind of check.
import type { Appointment } from "./appointment.ts";
import { GRADES, type Graded } from "./graded.ts";
import { gradeEvents } from "./grading_events.ts";
import { gradeElapsed, gradeInstant } from "./grading_time.ts";
import { parseInstant } from "./instants.ts";
import type { ClauseVerdict } from "./judge.ts";
import { type Case, LaidOut } from "./laid_out.ts";
import { textOf } from "./linking.ts";
import type { AnyOf, Check, Clause, Notification, SlotAgreed } from "./policy.ts";

/** Channels whose service reports back by itself that a message was delivered; a letter or a call it cannot. */
const RECEIPTED: readonly string[] = ["sms", "text", "email"];

/** The grade of each clause that is met, waived or failed, in the policy's order. */
export function gradeVisit(its: Case): Graded[] {
  const laid = new LaidOut(its);
  const graded: Graded[] = [];
  for (const clause of its.policy.clauses) {
    const ruling = its.verdict.clauses.find((one) => one.clause === clause.clause);
    if (ruling?.status === "met") graded.push(met(laid, clause, ruling, graded));
    if (ruling?.status === "failed") graded.push(failed(laid, clause, ruling));
    if (ruling?.status === "waived") {
      const facts = { reason: textOf(laid.event(ruling.evidence[0]).own, "reason") };
      graded.push(give(clause, "unsupported", "waived", ["operative"], facts));
    }
  }
  return graded;
}

const give = (
  { clause }: Clause,
  grade: Graded["grade"],
  why: string,
  vouchers: readonly string[],
  facts: Graded["facts"] = {},
): Graded => ({ clause, grade, why, facts, vouchers });

function met(laid: LaidOut, clause: Clause & Check, ruling: ClauseVerdict, above: readonly Graded[]): Graded {
  switch (clause.check) {
    case "notification":
      return notified(laid, clause, clause);
    case "slot_agreed":
      return slotAgreed(laid, clause, clause);
    case "within_window":
      return gradeInstant(laid, clause.clause, clause, laid.event(ruling.evidence[0]), true);
    case "each_request":
      return laid.its.version.appointment.contact_requests.length === 0
        ? give(clause, "consistent", "no_requests", ["office"])
        : give(clause, "unsupported", "requests_word", ["operative"]);
    case "events": {
      const events = ruling.evidence.map((n) => laid.event(n));
      return gradeEvents(laid, clause.clause, clause, events);
    }
    case "elapsed":
      return gradeElapsed(laid, clause, clause, ruling);
    case "any_of":
      return anyOf(clause, clause, above);
  }
}

function failed(laid: LaidOut, clause: Clause & Check, ruling: ClauseVerdict): Graded {
  switch (clause.check) {
    case "notification":
      return give(clause, "unsupported", "no_notice", ["office"]);
    case "slot_agreed":
      return give(clause, "unsupported", "no_agreement", ["office"]);
    case "within_window":
      return gradeInstant(laid, clause.clause, clause, laid.event(ruling.evidence[0]), false);
    case "each_request":
      return give(clause, "contradicted", "request_not_followed", ["operative"]);
    default:
      throw new Error(`a check of the kind ${clause.check} never fails`);
  }
}

/** The appointment as the visit had it, then as the office holds it now: an attestation is corroborated by that too. */
const held = ({ its }: LaidOut): Appointment[] =>
  [its.version, its.dossier.versions.at(-1)].flatMap((version) => version?.appointment ?? []);

/** By the text service's receipt, by the office's own record, or by the operative's word alone. */
function notified(laid: LaidOut, clause: Clause, check: Notification): Graded {
  const latest = laid.starts_at - check.hours_before * 3_600_000;
  for (const { notifications } of held(laid)) {
    const told = notifications.filter(
      ({ status, channel, status_at }) =>
        check.statuses.includes(status) &&
        (check.channels?.includes(channel) ?? true) &&
        typeof status_at === "string" &&
        parseInstant(status_at) <= latest,
    );
    const receipt = told.find(({ channel, status }) => RECEIPTED.includes(channel) && status === "delivered");
    const best = receipt ?? told[0];
    if (!best) continue;
    const facts = { channel: best.channel, told_at: parseInstant(best.status_at) };
    if (receipt) return give(clause, "proven", "notified_receipt", ["text_service", "office"], facts);
    return give(clause, "consistent", "notified_record", ["office"], facts);
  }
  return give(clause, "unsupported", "notified_word", ["operative"]);
}

function slotAgreed(laid: LaidOut, clause: Clause, check: SlotAgreed): Graded {
  const how = held(laid)
    .flatMap(({ agreed }) => agreed?.how ?? [])
    .find((one) => check.how.includes(one));
  if (how === undefined) return give(clause, "unsupported", "slot_word", ["operative"]);
  return give(clause, "consistent", "slot_record", ["office"], { how });
}

/** Its best branches that were made; where several are asked for, the weakest of those. */
function anyOf(clause: Clause, check: AnyOf, above: readonly Graded[]): Graded {
  const made = check.of.flatMap((member) => above.find((one) => one.clause === member) ?? []);
  const best = made.sort((a, b) => GRADES.indexOf(b.grade) - GRADES.indexOf(a.grade))[(check.at_least ?? 1) - 1];
  if (!best) throw new Error("too few of the branches were made");
  return give(clause, best.grade, "rests_on", best.vouchers, { rests_on: best.clause });
}
