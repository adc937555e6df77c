// Signatures, by the browser's own arithmetic: a phone's (ECDSA on P-256) and the log's (Ed25519, which older ones lack).
import { utf8 } from "./encodings.ts";

const EVENT_DOMAIN = "doorstep/event/v1\n";
/** The order of P-256's group: r and s of a signature lie from 1 to below it. */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** Whether an enrolled phone's key signed exactly these bytes. */
export async function signedByPhone(
  public_key: Uint8Array<ArrayBuffer>,
  body: Uint8Array,
  sig: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  if (sig.length !== 64 || !isInOrder(sig.subarray(0, 32)) || !isInOrder(sig.subarray(32))) return false;
  const domain = utf8(EVENT_DOMAIN);
  const message = new Uint8Array(domain.length + body.length);
  message.set(domain);
  message.set(body, domain.length);
  try {
    const form = { name: "ECDSA", namedCurve: "P-256" };
    const key = await crypto.subtle.importKey("raw", public_key, form, false, ["verify"]);
    return await crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, sig, message);
  } catch {
    return false;
  }
}

function isInOrder(half: Uint8Array): boolean {
  const value = half.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  return value > 0n && value < ORDER;
}

/** Whether the log's key signed this text; null where this browser cannot check Ed25519. */
export async function signedByLog(
  public_key: Uint8Array<ArrayBuffer>,
  text: string,
  sig: Uint8Array<ArrayBuffer>,
): Promise<boolean | null> {
  let key: CryptoKey;
  try {
    key = await crypto.subtle.importKey("raw", public_key, { name: "Ed25519" }, false, ["verify"]);
  } catch (fault) {
    if (fault instanceof DOMException && fault.name === "NotSupportedError") return null;
    return false;
  }
  try {
    return await crypto.subtle.verify({ name: "Ed25519" }, key, sig, utf8(text));
  } catch {
    return false;
  }
}
