// Sends one photo's bytes, going on from where the office says it stands, in pieces that grow while they arrive.
import type { Answer } from "./api";
import { BATCH, type Sender } from "./round";

const FIRST = 64 * 1024;
const LARGEST = 1024 * 1024;
const LEAST = 4 * 1024;
const TIMEOUT_MS = 60_000;
/** A piece that takes longer is large enough for this link. */
export const SLOW_MS = 15_000;
/** No later try will be answered otherwise: this photo stays on the phone, and the ones behind it go on. */
const REFUSED_FOR_GOOD = [400, 413, 415, 422];

/** What this link took last: a bad one is given so little at a time that something always arrives. */
export interface Pace {
  events: number;
  piece_bytes: number;
}
export const newPace = (): Pace => ({ events: BATCH, piece_bytes: FIRST });

export type Sent =
  | { readonly is: "whole" }
  /** The office does not know the event that names it yet, or found other bytes: asked again in a later round. */
  | { readonly is: "not_wanted"; readonly why: "not_known" | "broken" }
  | { readonly is: "failed"; readonly answer: Exclude<Answer<unknown>, { is: "ok" }> };

const offsetIn = (headers: Headers): number => Number(headers.get("Upload-Offset") ?? 0);
/** The office always says where it stands; an answer cut off among its headers, or a proxy's own, does not. */
const isOffices = (answer: Answer<unknown>): boolean =>
  answer.is === "unreachable" ||
  (answer.is === "refused" && answer.status !== 409) ||
  answer.headers.has("Upload-Offset");
const heard = <T>(answer: Answer<T>): Answer<T> => (isOffices(answer) ? answer : { is: "unreachable" });
const isWhole = (headers: Headers): boolean => headers.get("Upload-Complete") === "?1";

/** `told` hears how many bytes the office holds, each time that it says so. */
export async function sendPhoto(
  { send, now_ms, pace = newPace() }: Pick<Sender, "send" | "now_ms" | "pace">,
  sha256: string,
  bytes: ArrayBuffer,
  told: (offset: number) => void = () => undefined,
): Promise<Sent> {
  const path = `/api/photos/${sha256}`;
  const head = heard(await send(path, { method: "HEAD" }));
  if (head.is === "unreachable") return { is: "failed", answer: head };
  if (head.is === "refused")
    return head.status === 404 ? { is: "not_wanted", why: "not_known" } : { is: "failed", answer: head };
  if (isWhole(head.headers)) return { is: "whole" };
  let offset = offsetIn(head.headers);
  told(offset);
  let size = pace.piece_bytes;
  for (let corrections = 0; corrections < 5; ) {
    const began = now_ms();
    const asked = {
      method: "PATCH",
      bytes: bytes.slice(offset, offset + size),
      headers: {
        "Content-Type": "application/partial-upload",
        "Upload-Offset": String(offset),
        "Upload-Length": String(bytes.byteLength),
      },
      timeout_ms: TIMEOUT_MS,
    };
    const part = heard(await send(path, asked));
    if (part.is === "unreachable") {
      pace.piece_bytes = Math.max(LEAST, Math.min(FIRST, size / 2));
      return { is: "failed", answer: part };
    }
    if (part.is === "refused" && part.status !== 409) {
      if (part.status === 404) return { is: "not_wanted", why: "not_known" };
      return REFUSED_FOR_GOOD.includes(part.status)
        ? { is: "not_wanted", why: "broken" }
        : { is: "failed", answer: part };
    }
    if (isWhole(part.headers)) return { is: "whole" };
    // 409: a part had arrived though its answer had not; the office's offset is the true one.
    if (part.is === "refused") corrections += 1;
    else {
      if (now_ms() - began < SLOW_MS) size = Math.min(LARGEST, size * 2);
      pace.piece_bytes = Math.min(FIRST, size);
    }
    offset = offsetIn(part.headers);
    told(offset);
  }
  return { is: "not_wanted", why: "broken" };
}
