// What the rules say is read in the reader's language where they have it, and part by part as the policy has it elsewhere.
import { beforeEach, describe, expect, it } from "vitest";
import type { Door } from "../app/door";
import type { ClauseText, Day } from "../app/records";
import { clauseWords, declarationOf, isOurs, outcomeWords } from "./clause_words";
import { WORDS } from "./words";

const text: ClauseText = { clause: "knocked", title: "Knocked", ask: "Knock.", why: "Rule 1.", check: "events" };
const day = {
  words: {
    cy: {
      policies: { "1": { title: "", clauses: { knocked: { title: "Wedi curo", ask: "Curwch." } } } },
      outcomes: { not_notified: "Ni ddywedwyd wrthyn nhw." },
    },
  },
  outcomes: [{ outcome: "not_notified", side: "landlord", words: "They were not told." }],
  declarations: [
    { version: "1-cy", language: "cy", words: "cy" },
    { version: "1", language: "en", words: "en" },
  ],
} as unknown as Day;
const door = (version: string): Pick<Door, "day" | "visit"> =>
  ({ day, visit: { basis: { policy: { version } } } }) as unknown as Pick<Door, "day" | "visit">;
const speak = (language: string): void => void Object.assign(WORDS, { language, outcomes: {}, codes: {} });

describe("the words of the rules", () => {
  beforeEach(() => speak("en"));
  it("are the policy's own, and a clause without a question is asked by its title", () => {
    expect(clauseWords(door("1"), text)).toEqual({ title: "Knocked", ask: "Knock", why: "Rule 1." });
    expect(clauseWords(door("1"), { clause: "x", title: "Told", check: "events" }).ask).toBe("Told");
    expect([outcomeWords("not_notified", day), isOurs("not_notified", day)]).toEqual(["They were not told", true]);
    expect(declarationOf(day)?.version).toBe("1");
  });
  it("are read in another language where that version has them, each part by itself", () => {
    speak("cy");
    expect(clauseWords(door("1"), text)).toEqual({ title: "Wedi curo", ask: "Curwch", why: "Rule 1." });
    expect(clauseWords(door("2"), text).title).toBe("Knocked");
    expect(outcomeWords("not_notified", day)).toBe("Ni ddywedwyd wrthyn nhw");
    expect(declarationOf(day)?.version).toBe("1-cy");
  });
  it("fall back to what there is, also on a phone that has no day yet", () => {
    speak("cy");
    expect(declarationOf({ ...day, declarations: day.declarations.slice(1) })?.version).toBe("1");
    expect(declarationOf(null)).toBeUndefined();
    expect(outcomeWords("not_notified", null)).toBe("not notified");
  });
});
