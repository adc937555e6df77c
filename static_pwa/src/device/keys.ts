// The phone's own key: made so that the browser never shows it, kept in the store, and proved to sign before it is used.
import type { AskedKey, DeviceKey } from "../app/records";
import { base64url } from "../domain/chain";
import type { Store } from "./store";

const P256 = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

/** What a signature is for: no signature of one kind can be shown as another. */
type Purpose = "event" | "enrol" | "renew";

/** 64 bytes, r and s, in base64url. */
export async function sign(key: CryptoKey, purpose: Purpose, text: string): Promise<string> {
  const message = new TextEncoder().encode(`doorstep/${purpose}/v1\n${text}`);
  return base64url(await crypto.subtle.sign(P256, key, message));
}

async function newKey(asked_at: number): Promise<AskedKey & { proof: CryptoKey }> {
  const { privateKey, publicKey } = await crypto.subtle.generateKey(P256, false, ["sign", "verify"]);
  const public_key = base64url(await crypto.subtle.exportKey("raw", publicKey));
  return { private_key: privateKey, public_key, proof: publicKey, asked_at };
}

/**
 * The key that an enrolment is asked for with: the one that was asked with before, where no answer came, or a new one.
 * It is read back and proved, since browsers refuse in private windows, or keep something that signs nothing.
 */
export async function keptKey(store: Store, now_ms: number): Promise<DeviceKey | null> {
  try {
    const before = await store.asked();
    if (before) return before;
    const { proof, ...made } = await newKey(now_ms);
    await store.putAsked(made);
    const kept = await store.asked();
    const trial = new TextEncoder().encode(made.public_key);
    const signature = kept && (await crypto.subtle.sign(P256, kept.private_key, trial));
    return signature && (await crypto.subtle.verify(P256, proof, signature, trial)) ? (kept ?? null) : null;
  } catch {
    return null;
  }
}
