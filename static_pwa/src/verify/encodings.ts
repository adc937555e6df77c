// The few ways in which bytes are written as text in a pack: hex, base64 and base64url, each in its one form only.

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** A text is not in the form that it must have. */
export class WrongForm extends Error {}

/** Text that is not written in the letters that it is to be in. */
export class WrongLetters extends WrongForm {}

export const toHex = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

export function fromHex(text: string): Uint8Array<ArrayBuffer> {
  if (!/^(?:[0-9a-f]{2})*$/.test(text)) throw new WrongLetters("is not lowercase hex");
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** Base64 with padding; two texts for the same bytes are not taken, since a signature would then have many. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  let plain: string;
  try {
    plain = atob(text);
  } catch {
    throw new WrongLetters("is not base64");
  }
  if (btoa(plain) !== text) throw new WrongLetters("is not base64 in its one form");
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

export function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  const isForm = [...text].every((letter) => DIGITS.includes(letter) || letter === "-" || letter === "_");
  if (!isForm) throw new WrongLetters("is not base64url");
  const padded = text.replaceAll("-", "+").replaceAll("_", "/") + "=".repeat((4 - (text.length % 4)) % 4);
  return fromBase64(padded);
}

export const utf8 = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

export function fromUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new WrongLetters("is not UTF-8");
  }
}
