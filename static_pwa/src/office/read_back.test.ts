// The read-back's check: every right one passes, and every slip of one character, or swap of two, is caught.
import { describe, expect, it } from "vitest";
import { ALPHABET, readBack, textHash } from "../domain/chain";
import { heard, normalised } from "./read_back";

describe("a read-back", () => {
  it("is right as the phone shows it, however it is typed", async () => {
    for (const text of ["a", "b", "another body"]) {
      const shown = readBack(await textHash(text));
      expect(heard(normalised(` ${shown.slice(0, 4).toLowerCase()}-${shown.slice(4)} `))).toEqual({ is: "right" });
    }
  });

  it("is wrong with one character changed, or two neighbours changed about", async () => {
    const shown = readBack(await textHash("a body"));
    for (let place = 0; place < shown.length; place++) {
      for (const other of ALPHABET) {
        if (other === shown[place]) continue;
        expect(heard(shown.slice(0, place) + other + shown.slice(place + 1))).toEqual({ is: "wrong" });
      }
    }
    for (let place = 0; place < 6; place++) {
      const swapped = `${shown.slice(0, place)}${shown[place + 1]}${shown[place]}${shown.slice(place + 2)}`;
      if (swapped !== shown) expect(heard(swapped)).toEqual({ is: "wrong" });
    }
  });

  it("names the letter that no code has", () => {
    expect(heard("K7O")).toEqual({ is: "letter", letter: "O" });
    expect(heard("K7Q")).toEqual({ is: "short" });
    expect(normalised("k7qm 4x-9 abcdef")).toBe("K7QM4X9A");
  });
});
