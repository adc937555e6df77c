// The codes and links of the chain come out as an outside client would compute them from the written forms.
import { describe, expect, it } from "vitest";
import { ALPHABET, cardCode, isSpokenCode, newSalt, readBack, rootPrev, sha256, textHash, writeBody } from "./chain";

const HASH = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"; // SHA-256 of "hello"

describe("hashes", () => {
  it("names a body by the SHA-256 of its UTF-8 bytes", async () => {
    expect(await textHash("hello")).toBe(HASH);
    expect(await sha256(new TextEncoder().encode("hello"))).toBe(HASH);
  });
  it("binds the first event to the snapshot and the policy's version", async () => {
    expect(await rootPrev("ab", "2026-11-01")).toBe(await textHash("ab\n2026-11-01"));
  });
});

describe("codes", () => {
  it("takes the card code from the first 8 bytes, most significant character first", () => {
    const number = BigInt(`0x${HASH.slice(0, 16)}`) % 23n ** 5n;
    const back = [...cardCode(HASH)].reduce((sum, letter) => sum * 23n + BigInt(ALPHABET.indexOf(letter)), 0n);
    expect(back).toBe(number);
    expect(cardCode(HASH)).toHaveLength(5);
  });
  it("closes the read-back with a check character that any single slip breaks", () => {
    const said = readBack(HASH);
    const values = [...said].map((letter) => ALPHABET.indexOf(letter));
    const check = values.slice(0, 7).reduce((sum, value, index) => sum + (index + 1) * value, 0) % 23;
    expect(values[7]).toBe(check);
  });
  it("knows a spoken code by its Damm digit, and refuses every one-digit slip and every swap", () => {
    const good = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"].map((d) => `4827153${d}`).filter(isSpokenCode);
    expect(good).toHaveLength(1);
    const code = good[0] as string;
    for (let place = 0; place < 8; place++)
      for (const digit of "0123456789")
        if (digit !== code[place])
          expect(isSpokenCode(code.slice(0, place) + digit + code.slice(place + 1))).toBe(false);
    for (let place = 0; place < 7; place++)
      if (code[place] !== code[place + 1])
        expect(isSpokenCode(code.slice(0, place) + code[place + 1] + code[place] + code.slice(place + 2))).toBe(false);
  });
  it("agrees with Damm's published example: 572 takes the check digit 4", () => {
    expect(isSpokenCode("00005724")).toBe(true);
  });
  it("refuses what is not 8 digits", () => {
    for (const wrong of ["", "1234567", "123456789", "1234567x"]) expect(isSpokenCode(wrong)).toBe(false);
  });
});

describe("bodies", () => {
  it("salts each body with 16 bytes in 22 characters, never the same twice", () => {
    expect(newSalt()).toMatch(/^[A-Za-z0-9_-]{22}$/);
    expect(newSalt()).not.toBe(newSalt());
  });
  it("is flat JSON of the envelope, the salt and the kind's own fields", () => {
    const body = JSON.parse(
      writeBody(
        { visit_id: "v", n: 0, prev: "p", kind: "k", at: "a", t: 0, mono: 1, boot: "b", device_id: "d", actor_id: "o" },
        { note: "x" },
      ),
    );
    expect(Object.keys(body)).toEqual("v visit_id n prev kind at t mono boot device_id actor_id salt note".split(" "));
  });
});
