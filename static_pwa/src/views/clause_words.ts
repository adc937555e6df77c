// The one place where a screen gets the words of the rules: a clause's, an outcome's, the declaration's.
import type { Door } from "../app/door";
import type { ClauseText, ClauseWords, Day, Declaration } from "../app/records";
import { asLabel, codeWords, named, WORDS } from "./words";

/** What a clause says, part by part: in the reader's language where the rules have it, else as the policy does. */
export function clauseWords(
  { day, visit }: Pick<Door, "day" | "visit">,
  text: ClauseText,
): ClauseWords & { title: string; ask: string } {
  const said = day?.words?.[WORDS.language]?.policies?.[visit.basis.policy.version]?.clauses[text.clause];
  const { title, ask = title, why } = { ...text, ...said };
  return { title, ask: asLabel(ask), ...(why ? { why } : {}) };
}

const ruled = (outcome: string, day: Day | null | undefined) => day?.outcomes.find((one) => one.outcome === outcome);

/** It counts as the landlord's miss. */
export const isOurs = (outcome: string, day: Day | null | undefined): boolean =>
  ruled(outcome, day)?.side === "landlord";

/** What an outcome says: shorter than the rules do, where that is known. */
export function outcomeWords(outcome: string, day: Day | null | undefined): string {
  if (outcome in WORDS.outcomes) return named(WORDS.outcomes, outcome);
  const said = day?.words?.[WORDS.language]?.outcomes?.[outcome];
  return asLabel(said ?? ruled(outcome, day)?.words ?? codeWords(outcome));
}

/** The words to declare: the newest in the reader's language, or in the rules' own. */
export function declarationOf(day: Day | null): Declaration | undefined {
  const all = day?.declarations ?? [];
  return all.findLast(({ language = "en" }) => language === WORDS.language) ?? all.at(-1);
}
