// The log's key and its signed notes: only what is whole is read, and only the right key's signature holds.
import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { describe, expect, it } from "vitest";
import { toHex, utf8 } from "./encodings.ts";
import { readCheckpoint, readKey, readNote, signaturesBy } from "./note.ts";
import { signedByLog, signedByPhone } from "./signing.ts";

const ORIGIN = "doorstep/0f1e2d3c";
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");

async function aLog(name = ORIGIN) {
  const pair = generateKeyPairSync("ed25519");
  const key = Buffer.concat([Uint8Array.of(1), pair.publicKey.export({ type: "spki", format: "der" }).subarray(-32)]);
  const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", Buffer.concat([utf8(`${name}\n`), key])));
  return { ...pair, hash: sum.slice(0, 4), vkey: `${name}+${toHex(sum.slice(0, 4))}+${base64(key)}` };
}

const aNote = (text: string, hash: Uint8Array, by: KeyObject, name = ORIGIN): string =>
  `${text}\n\u2014 ${name} ${base64(Buffer.concat([hash, sign(null, Buffer.from(text), by)]))}\n`;
const TEXT = `${ORIGIN}\n48277\n${base64(new Uint8Array(32).fill(7))}\n`;

describe("a signed note", () => {
  it("is read, and its signature holds for the log's key alone", async () => {
    const log = await aLog();
    const key = await readKey(`${log.vkey}\n`);
    const note = readNote(aNote(TEXT, log.hash, log.privateKey));
    expect(note.text).toBe(TEXT);
    const [signature] = signaturesBy(note, key);
    expect(await signedByLog(key.public_key, note.text, signature?.sig ?? new Uint8Array())).toBe(true);
    expect(await signedByLog(key.public_key, `${note.text} `, signature?.sig ?? new Uint8Array())).toBe(false);
    expect(signaturesBy(note, await readKey((await aLog()).vkey))).toEqual([]);
    expect(readCheckpoint(note.text)).toMatchObject({ origin: ORIGIN, size: 48277 });
  });

  it("is refused where it is not in its form", async () => {
    const { hash, privateKey } = await aLog();
    const whole = aNote(TEXT, hash, privateKey);
    for (const wrong of ["", TEXT, whole.slice(0, -1), whole.replace("\u2014", "-"), `${whole}x\n`])
      expect(() => readNote(wrong)).toThrow();
    for (const wrong of ["", "\n1\nAA==\n", `${ORIGIN}\n01\n${base64(new Uint8Array(32))}\n`, `${ORIGIN}\n1\nAA==\n`])
      expect(() => readCheckpoint(wrong)).toThrow();
  });

  it("refuses a key with a slip in any part", async () => {
    const { vkey } = await aLog();
    for (const wrong of ["", "doorstep", vkey.replace("doorstep", "Doorstep"), `${vkey.slice(0, -2)}A=`, `x${vkey}`])
      await expect(readKey(wrong)).rejects.toThrow();
  });
});

describe("a phone's signature", () => {
  it("holds for exactly these bytes, and has exactly 64 of its own", async () => {
    const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
    const point = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
    const body = utf8('{"v":1}');
    const message = Buffer.concat([utf8("doorstep/event/v1\n"), body]);
    const form = { name: "ECDSA", hash: "SHA-256" };
    const sig = new Uint8Array(await crypto.subtle.sign(form, pair.privateKey, message));
    expect(await signedByPhone(point, body, sig)).toBe(true);
    expect(await signedByPhone(point, utf8('{"v":2}'), sig)).toBe(false);
    expect(await signedByPhone(point, body, sig.slice(1))).toBe(false);
    expect(await signedByPhone(point, body, Uint8Array.of(...sig, 0))).toBe(false);
    expect(await signedByPhone(point, body, new Uint8Array(64))).toBe(false);
    expect(await signedByPhone(point.slice(1), body, sig)).toBe(false);
  });
});
