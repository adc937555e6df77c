// The log's tree in the page, against a slow one that is drawn from the definition.
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { utf8 } from "./encodings.ts";
import { isIncluded, leafHash } from "./tree.ts";

type Bytes = Uint8Array<ArrayBuffer>;
const hash = (...parts: Uint8Array[]): Bytes =>
  Uint8Array.from(parts.reduce((sum, part) => sum.update(part), createHash("sha256")).digest());
const leaf = (index: number): Bytes => hash(Uint8Array.of(0), utf8(`entry ${index}`));
/** The largest power of two below `count`. */
const half = (count: number): number => 2 ** Math.floor(Math.log2(count - 1));

function root(from: number, to: number): Bytes {
  if (to - from === 1) return leaf(from);
  const middle = from + half(to - from);
  return hash(Uint8Array.of(1), root(from, middle), root(middle, to));
}

function proof(index: number, from: number, to: number): Bytes[] {
  if (to - from === 1) return [];
  const middle = from + half(to - from);
  return index < middle
    ? [...proof(index, from, middle), root(middle, to)]
    : [...proof(index, middle, to), root(from, middle)];
}

describe("an inclusion proof", () => {
  it("leads from every leaf to the root, in trees of every shape up to 20", async () => {
    for (let size = 1; size <= 20; size++)
      for (let index = 0; index < size; index++)
        expect(await isIncluded(leaf(index), index, size, proof(index, 0, size), root(0, size))).toBe(true);
  });

  it("is refused for another leaf, place or size, and when it is too long, too short or misshapen", async () => {
    const whole = proof(5, 0, 13);
    const top = root(0, 13);
    const other = whole.map((one, place) => (place === 1 ? hash(one) : one));
    expect(await isIncluded(leaf(6), 5, 13, whole, top)).toBe(false);
    for (let index = 0; index < 20; index++)
      if (index !== 5) expect(await isIncluded(leaf(5), index, 13, whole, top)).toBe(false);
    for (const size of [0, 1, 5, 8, 17, 40]) expect(await isIncluded(leaf(5), 5, size, whole, top)).toBe(false);
    for (const wrong of [whole.slice(1), whole.slice(0, -1), [...whole, top], other, [top.slice(1), ...whole.slice(1)]])
      expect(await isIncluded(leaf(5), 5, 13, wrong, top)).toBe(false);
    expect(await isIncluded(leaf(5), -1, 13, whole, top)).toBe(false);
    expect(await isIncluded(leaf(5), 5.5, 13, whole, top)).toBe(false);
  });

  it("hashes a leaf apart from a node", async () => {
    expect(await leafHash(utf8("entry 3"))).toEqual(leaf(3));
  });
});
