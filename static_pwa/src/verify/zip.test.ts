// A pack's ZIP: what is in it is read, and what hides, doubles, lies about its size or is cut off is refused.
import { deflateRawSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { utf8 } from "./encodings.ts";
import { readZip, ZipRefused } from "./zip.ts";

interface Made {
  readonly name: string;
  readonly text: string;
  readonly is_packed?: boolean;
  readonly said_bytes?: number;
  readonly flags?: number;
  readonly method?: number;
}

function aZip(...files: Made[]): Blob {
  const parts: Buffer[] = [];
  const listed: Buffer[] = [];
  let offset = 0;
  for (const { name, text, is_packed, said_bytes, flags = 0, method } of files) {
    const plain = utf8(text);
    const packed = is_packed ? deflateRawSync(plain) : Buffer.from(plain);
    const named = Buffer.from(name);
    const head = Buffer.alloc(30);
    head.writeUInt32LE(0x04034b50, 0);
    head.writeUInt16LE(named.length, 26);
    const row = Buffer.alloc(46);
    row.writeUInt32LE(0x02014b50, 0);
    row.writeUInt16LE(flags, 8);
    row.writeUInt16LE(method ?? (is_packed ? 8 : 0), 10);
    row.writeUInt32LE(packed.length, 20);
    row.writeUInt32LE(said_bytes ?? plain.length, 24);
    row.writeUInt16LE(named.length, 28);
    row.writeUInt32LE(offset, 42);
    parts.push(head, named, packed);
    listed.push(row, named);
    offset += 30 + named.length + packed.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(offset, 16);
  return new Blob([...parts, ...listed, end].map((part) => Uint8Array.from(part)));
}

describe("a pack's ZIP", () => {
  it("gives every file, stored or deflated", async () => {
    const text = "entry ".repeat(5000);
    const zip = aZip({ name: "a.json", text: "{}" }, { name: "entries/1.json", text, is_packed: true });
    const files = await readZip(zip);
    expect([...files.keys()]).toEqual(["a.json", "entries/1.json"]);
    expect(files.get("entries/1.json")).toEqual(utf8(text));
  });

  it.each<[string, Made[]]>([
    [
      "a name twice",
      [
        { name: "a", text: "1" },
        { name: "a", text: "2" },
      ],
    ],
    ["a way out of its folder", [{ name: "../a", text: "1" }]],
    ["a path from the root", [{ name: "/a", text: "1" }]],
    ["a backslash", [{ name: "a\\b", text: "1" }]],
    ["a name with a control character", [{ name: "a\nb", text: "1" }]],
    ["a size that is too small", [{ name: "a", text: "x".repeat(9000), is_packed: true, said_bytes: 10 }]],
    ["a size that is too large", [{ name: "a", text: "x", is_packed: true, said_bytes: 10 }]],
    ["a size beyond every bound", [{ name: "a", text: "x", is_packed: true, said_bytes: 2 ** 32 - 1 }]],
    ["an encrypted file", [{ name: "a", text: "x", flags: 1 }]],
    ["another way of packing", [{ name: "a", text: "x", method: 14 }]],
  ])("is refused with %s", async (_, files) => {
    await expect(readZip(aZip(...files))).rejects.toThrow(ZipRefused);
  });

  it("is refused when it is cut off or is something else", async () => {
    const whole = await aZip({ name: "a", text: "x".repeat(500) }).arrayBuffer();
    for (const bytes of [new ArrayBuffer(0), whole.slice(0, -1), whole.slice(100), utf8("not a zip at all".repeat(9))])
      await expect(readZip(new Blob([bytes]))).rejects.toThrow(ZipRefused);
  });
});
