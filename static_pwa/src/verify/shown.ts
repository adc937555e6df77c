// What came of a check, shown: the outcome first, then each file at fault, the steps, what was not checked, the visit.
import type { Graded } from "../domain/graded.ts";
import type { ClauseVerdict } from "../domain/judge.ts";
import { gradeChip, listed, made, markChip } from "./drawn.ts";
import { toHex } from "./encodings.ts";
import { field } from "./form.ts";
import { readCheckpoint, readNote, type VerifierKey } from "./note.ts";
import { type Files, isTable, jsonOf, SEAL, TIMESTAMP, textOf } from "./pack.ts";
import { readStamp } from "./timestamp.ts";
import type { Report } from "./verify.ts";
import { faultWords, noteWords, outcomes, STEPS, steps } from "./words.ts";

const STATUSES: Readonly<Record<string, string>> = {
  met: "Met",
  waived: "Waived",
  not_applicable: "Does not apply",
  failed: "Not met",
  open: "Not met",
  waiting: "Not met",
  blocked: "Not met",
};
const VOUCHERS: Readonly<Record<string, string>> = {
  phone: "the phone",
  server: "the landlord’s server",
  planner: "the planner",
  office: "the office’s records",
  text_service: "the text service",
  supervisor: "the supervisor",
  operative: "the operative",
};

const CELL = { role: "cell" };

/** The pack could not be read at all. */
export function showRefusal(why: string): void {
  show("faulty", outcomes.unread, [made("p", {}, why)], []);
}

export function showReport(report: Report, name: string, key: VerifierKey): void {
  const { faults, marks } = report;
  const is_open = STEPS.some((step) => marks.get(step) === "unchecked" && step !== "timestamp");
  const count = faults.length === 1 ? "1 thing is wrong with it." : `${faults.length} things are wrong with it.`;
  const sound = is_open
    ? "Nothing that could be checked here is wrong with it. Some things could not be checked: they are named below."
    : "Everything in it is as it was when it was made, and its verdict follows from its bytes.";
  const rows = STEPS.map((step) => made("li", {}, markChip(marks.get(step) ?? "unchecked"), steps[step]));
  show(
    faults.length > 0 ? "faulty" : "sound",
    faults.length > 0 ? outcomes.faulty : is_open ? outcomes.open : outcomes.sound,
    [made("p", {}, name), made("p", {}, faults.length > 0 ? count : sound)],
    [
      ...listed("What is wrong", faults.map(faultWords)),
      made("h2", {}, "What was checked"),
      made("ul", { class: "steps" }, ...rows),
      ...listed("What was not checked here", report.notes.map(noteWords)),
      ...sealed(report, key),
      ...visit(report),
    ],
  );
}

function show(look: "sound" | "faulty", title: string, summary: HTMLElement[], rest: (Node | string)[]): void {
  const result = field("result");
  const heading = made("h2", { id: "outcome" }, title);
  result.replaceChildren(made("div", { class: `outcome outcome--${look}` }, heading, ...summary), ...rest);
  result.hidden = false;
  result.focus();
}

/** Which log, which state of it, by which key: what a reader may compare with what they hold from elsewhere. */
function sealed({ files, marks }: Report, key: VerifierKey): Node[] {
  if (marks.get("checkpoint") !== "good") return [];
  const { origin, size, root } = readCheckpoint(readNote(textOf(files, SEAL.checkpoint)).text);
  const token = files.get(TIMESTAMP);
  const stamped_at = token ? readStamp(token)?.stated_at : undefined;
  const facts: [string, string][] = [
    ["Log", origin],
    ["Entries in it", String(size)],
    ["Root", toHex(root)],
    ["Key that you gave", `${key.name}+${key.hash}`],
  ];
  if (stamped_at) facts.push(["Timestamp says (UTC)", stamped_at]);
  const rows = facts.flatMap(([term, value]) => [made("dt", {}, term), made("dd", { class: "mono" }, value)]);
  return [made("h2", {}, "The log’s state"), made("dl", {}, ...rows)];
}

/** The verdict and the grades, as this page worked them out. */
function visit({ files, outcome, marks }: Report): Node[] {
  const settled = outcome?.settled;
  if (!settled?.verdict || !settled.policy) return [];
  const { verdict, policy, place } = settled;
  const titles = new Map(policy.clauses.map(({ clause, title }) => [clause, title]));
  // The pack's own sentences are shown only where they are the ones that it was made with.
  const sentences = marks.get("hashes") === "good" ? sentencesIn(files) : new Map<string, string>();
  const row = (title: string, ruling: ClauseVerdict | null, graded: Graded | undefined) =>
    made(
      "tr",
      { role: "row" },
      made("th", { scope: "row", role: "rowheader" }, title),
      made("td", CELL, ruling ? (STATUSES[ruling.status] ?? ruling.status) : "Counts towards no check"),
      made("td", CELL, ...(graded ? [gradeChip(graded.grade)] : [])),
      made("td", CELL, graded ? (sentences.get(graded.clause) ?? vouchedBy(graded)) : ""),
    );
  const rows = verdict.clauses.map((ruling) =>
    row(
      titles.get(ruling.clause) ?? ruling.clause,
      ruling,
      settled.grades.find(({ clause }) => clause === ruling.clause),
    ),
  );
  if (place) rows.push(row("Place", null, place));
  const head = ["Check", "Verdict", "Evidence", "Why, and who vouches"].map((title) =>
    made("th", { scope: "col", role: "columnheader" }, title),
  );
  const may = verdict.may_record_missed
    ? "By these checks the visit may be recorded as missed."
    : "By these checks the visit may not be recorded as missed.";
  const caption = made("caption", {}, `${may} Policy ${verdict.policy}, version ${verdict.version}.`);
  const header = made("thead", { role: "rowgroup" }, made("tr", { role: "row" }, ...head));
  // A narrow screen stacks the cells, and a browser forgets then what they are: so each says it.
  const table = made("table", { role: "table" }, caption, header, made("tbody", { role: "rowgroup" }, ...rows));
  return [made("h2", {}, "The verdict, worked out here from the bytes"), table];
}

const vouchedBy = ({ vouchers }: Graded): string => vouchers.map((one) => VOUCHERS[one] ?? one).join(", ");

/** The reasons in words, as the pack gives them beside its grades. */
function sentencesIn(files: Files): Map<string, string> {
  const sentences = new Map<string, string>();
  const { clauses, place } = jsonOf(files, "grading.json");
  for (const graded of [...(Array.isArray(clauses) ? clauses : []), place])
    if (isTable(graded) && typeof graded.sentence === "string") sentences.set(String(graded.clause), graded.sentence);
  return sentences;
}
