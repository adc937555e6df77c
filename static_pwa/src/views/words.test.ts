// Words are packed by the build and unpacked by the phone; what another language does not say is said in English.
import { describe, expect, it } from "vitest";
import { unpacked } from "./words";
import welsh from "./words.cy.json";
import packedWelsh from "./words.cy.json?said";
import english from "./words.en.json";
import packedEnglish from "./words.en.json?said";

const PACKED = "{today strip{sent$ days} back}~Today~{0} sent~Sun^Mon~Back";

describe("a packed catalogue", () => {
  it("has its words under their keys again, lists and templates too", () => {
    expect(unpacked(PACKED)).toEqual({
      today: "Today",
      strip: { sent$: "{0} sent", days: ["Sun", "Mon"] },
      back: "Back",
    });
  });
  it("is said in another language, and in English where that says nothing", () => {
    expect(unpacked(PACKED, "Heddiw~~Sul^Llun~")).toEqual({
      today: "Heddiw",
      strip: { sent$: "{0} sent", days: ["Sul", "Llun"] },
      back: "Back",
    });
  });
  it("comes whole through the build, in both languages", async () => {
    const read = async (address: string): Promise<string> => (await (await fetch(address)).json()) as string;
    const { _note: _, ...words } = welsh as Record<string, unknown>;
    expect(unpacked(await read(packedEnglish))).toEqual(english);
    expect(unpacked(await read(packedEnglish), await read(packedWelsh))).toEqual(words);
  });
});
