// An RFC 3161 timestamp, as far as a page can go: of which digest it is, and what time it states; not who signed it.
import { sameBytes } from "./tree.ts";

const SEQUENCE = 0x30;
const INTEGER = 0x02;
const OCTETS = 0x04;
const OID = 0x06;
const GENERALIZED_TIME = 0x18;

const DIGESTS: readonly (readonly [name: string, oid: string])[] = [
  ["SHA-256", "608648016503040201"],
  ["SHA-384", "608648016503040202"],
  ["SHA-512", "608648016503040203"],
];

interface Node {
  readonly tag: number;
  readonly value: Uint8Array<ArrayBuffer>;
}

export interface Stamp {
  readonly digest: string;
  readonly imprint: Uint8Array<ArrayBuffer>;
  /** As the token writes it, in UTC: 20261118090000Z. */
  readonly stated_at: string;
}

/** The values laid one after another in DER; null where it is not DER. */
function nodes(bytes: Uint8Array<ArrayBuffer>): Node[] | null {
  const found: Node[] = [];
  let at = 0;
  while (at < bytes.length) {
    const tag = bytes[at] ?? 0;
    let size = bytes[at + 1] ?? 0xff;
    at += 2;
    if (size > 0x80) {
      const count = size - 0x80;
      if (count > 4) return null;
      size = bytes.slice(at, at + count).reduce((sum, byte) => sum * 256 + byte, 0);
      at += count;
    } else if (size === 0x80) return null;
    if (at + size > bytes.length) return null;
    found.push({ tag, value: bytes.slice(at, at + size) });
    at += size;
  }
  return found;
}

const hex = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/** What a token or an authority's whole answer states; null where none is in it. */
export function readStamp(bytes: Uint8Array<ArrayBuffer>, depth = 0): Stamp | null {
  for (const { tag, value } of (depth < 20 && nodes(bytes)) || []) {
    const found = (tag === SEQUENCE && statedIn(value)) || null;
    if (found) return found;
    const may_hold_more = (tag & 0x20) !== 0 || tag === OCTETS;
    const inner = may_hold_more ? readStamp(value, depth + 1) : null;
    if (inner) return inner;
  }
  return null;
}

/** The token's own statement: version 1, a policy, the digest's kind and value, a serial number, a time. */
function statedIn(value: Uint8Array<ArrayBuffer>): Stamp | null {
  const [version, policy, message, serial, time] = nodes(value) ?? [];
  if (version?.tag !== INTEGER || version.value[0] !== 1 || policy?.tag !== OID || message?.tag !== SEQUENCE)
    return null;
  if (serial?.tag !== INTEGER || time?.tag !== GENERALIZED_TIME) return null;
  const [algorithm, imprint] = nodes(message.value) ?? [];
  if (algorithm?.tag !== SEQUENCE || imprint?.tag !== OCTETS) return null;
  const oid = hex(nodes(algorithm.value)?.[0]?.value ?? new Uint8Array());
  const digest = DIGESTS.find(([, known]) => known === oid)?.[0];
  if (!digest) return null;
  return { digest, imprint: imprint.value, stated_at: new TextDecoder().decode(time.value) };
}

/** Whether the stamp is of exactly this text. */
export async function isStampOf(stamp: Stamp, text: Uint8Array<ArrayBuffer>): Promise<boolean> {
  return sameBytes(new Uint8Array(await crypto.subtle.digest(stamp.digest, text)), stamp.imprint);
}
