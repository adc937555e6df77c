// The log's Merkle tree (RFC 6962), as far as a reader needs it: the hash of a leaf, and whether a proof leads to a root.

const LEAF = 0;
const NODE = 1;

/** A tree's hash is 32 bytes. */
export const HASH_BYTES = 32;

async function digest(...parts: readonly Uint8Array[]): Promise<Uint8Array> {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let from = 0;
  for (const part of parts) {
    whole.set(part, from);
    from += part.length;
  }
  return new Uint8Array(await crypto.subtle.digest("SHA-256", whole));
}

/** The hash of one entry of the log, as the tree holds it. */
export const leafHash = (leaf: Uint8Array): Promise<Uint8Array> => digest(Uint8Array.of(LEAF), leaf);

const nodeHash = (left: Uint8Array, right: Uint8Array): Promise<Uint8Array> => digest(Uint8Array.of(NODE), left, right);

export const sameBytes = (one: Uint8Array, other: Uint8Array): boolean =>
  one.length === other.length && one.every((byte, index) => byte === other[index]);

/**
 * Whether `proof` leads from the leaf at `index` (from 0) to `root` in a tree of `size` leaves; a proof that is too long,
 * too short or misshapen does not. Sizes go beyond 2^31: so no bit arithmetic on plain numbers.
 */
export async function isIncluded(
  leaf: Uint8Array,
  index: number,
  size: number,
  proof: readonly Uint8Array[],
  root: Uint8Array,
): Promise<boolean> {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) return false;
  if (proof.some((hash) => hash.length !== HASH_BYTES)) return false;
  let place = index;
  let last = size - 1;
  let hash = leaf;
  for (const other of proof) {
    if (last === 0) return false;
    if (place % 2 === 1 || place === last) {
      hash = await nodeHash(other, hash);
      // A node without a sibling goes up as it is, until it is somebody's right one.
      while (place % 2 === 0 && place !== 0) {
        place /= 2;
        last = Math.floor(last / 2);
      }
    } else hash = await nodeHash(hash, other);
    place = Math.floor(place / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && sameBytes(hash, root);
}
