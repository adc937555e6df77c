// A photo's own claims are read from its EXIF block, and a broken block claims nothing and breaks nothing.
import { describe, expect, it } from "vitest";
import { readClaims } from "./exif";

/** A JPEG of nothing but an EXIF block: a model, a time taken in the deeper table, and a pointer to a place. */
function jpeg(): Uint8Array {
  const tiff = new DataView(new ArrayBuffer(128));
  const put = (at: number, tag: number, type: number, count: number, value: number) => {
    tiff.setUint16(at, tag, true);
    tiff.setUint16(at + 2, type, true);
    tiff.setUint32(at + 4, count, true);
    tiff.setUint32(at + 8, value, true);
  };
  const say = (at: number, words: string) => [...words].forEach((c, i) => void tiff.setUint8(at + i, c.charCodeAt(0)));
  tiff.setUint16(0, 0x4949);
  tiff.setUint16(2, 42, true);
  tiff.setUint32(4, 8, true);
  tiff.setUint16(8, 3, true);
  put(10, 0x0110, 2, 9, 80);
  put(22, 0x8769, 4, 1, 50);
  put(34, 0x8825, 4, 1, 120);
  tiff.setUint16(50, 1, true);
  put(52, 0x9003, 2, 20, 92);
  say(80, "Model 14\0");
  say(92, "2026:11:17 11:00:05\0");
  const head = [0xff, 0xd8, 0xff, 0xe1, 0, 128 + 8, 0x45, 0x78, 0x69, 0x66, 0, 0];
  return Uint8Array.from([...head, ...new Uint8Array(tiff.buffer), 0xff, 0xda, 0, 2]);
}

describe("claims", () => {
  it("reads the model, the time and that a place is there, but not the place", () => {
    expect(readClaims(jpeg().buffer as ArrayBuffer)).toEqual({
      source_model: "Model 14",
      source_taken_at: "2026:11:17 11:00:05",
      source_has_place: true,
    });
  });
  it("claims nothing for what is not a JPEG, or is cut anywhere", () => {
    expect(readClaims(new TextEncoder().encode("<svg/>").buffer as ArrayBuffer)).toEqual({ source_has_place: false });
    for (let cut = 0; cut < 100; cut++) readClaims(jpeg().slice(0, cut).buffer as ArrayBuffer);
  });
});
