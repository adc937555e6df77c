// Another language's words are put in the places of the English ones; what is missing is said in English.
import { describe, expect, it } from "vitest";
import { inWordsOf } from "./words";
import welsh from "./words.cy.json";
import packed from "./words.cy.json?said";
import english from "./words.en.json";

describe("another language", () => {
  it("stands in the places of the English words, lists and templates too", () => {
    const table = { today: "Today", strip: { sent$: "{0} sent", days: ["Sun", "Mon"] }, back: "Back" };
    expect(inWordsOf(table, ["Heddiw", ["{0} wedi mynd", ["Sul", "Llun"]], "Yn ôl"])).toEqual({
      today: "Heddiw",
      strip: { sent$: "{0} wedi mynd", days: ["Sul", "Llun"] },
      back: "Yn ôl",
    });
    expect(inWordsOf(table, [null, null, "Yn ôl"])).toEqual({ ...table, back: "Yn ôl" });
  });
  it("comes whole through the build's file without keys", async () => {
    const said = (await (await fetch(packed)).json()) as unknown[];
    const { _note: _, ...words } = welsh as Record<string, unknown>;
    expect(inWordsOf(english, said)).toEqual(words);
  });
});
