// Speaks to the office's server: every request ends in time, and every refusal is told apart by what to do next.

import { hear } from "./anchors";

export type Answer<T> =
  | { readonly is: "ok"; readonly status: number; readonly body: T; readonly headers: Headers }
  | {
      readonly is: "refused";
      readonly status: number;
      readonly type: string;
      readonly detail: string;
      readonly headers: Headers;
    }
  /** No answer at all: no signal, a dead network, or a server that is restarting. */
  | { readonly is: "unreachable" };

const TIMEOUT_MS = 20_000;

export interface Call {
  readonly method?: string;
  readonly json?: unknown;
  readonly bytes?: ArrayBuffer;
  readonly headers?: Record<string, string>;
  readonly timeout_ms?: number;
}

/** Below this a packed body saves no packet. */
const WORTH_PACKING = 1000;

/** JSON as it is sent: packed where the browser can, since a visit's events are a quarter of the bytes so. */
async function packed(json: unknown): Promise<{ body: BodyInit; headers: Record<string, string> }> {
  const text = JSON.stringify(json);
  const headers = { "Content-Type": "application/json" };
  if (text.length < WORTH_PACKING || !globalThis.CompressionStream) return { body: text, headers };
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  return { body: await new Response(stream).arrayBuffer(), headers: { ...headers, "Content-Encoding": "gzip" } };
}

export async function call<T>(
  path: string,
  { method = "GET", json, bytes, headers = {}, timeout_ms = TIMEOUT_MS }: Call = {},
): Promise<Answer<T>> {
  try {
    const sent = json === undefined ? { ...(bytes && { body: bytes }), headers: {} } : await packed(json);
    const response = await fetch(path, {
      method,
      ...sent,
      headers: { Accept: "application/json", ...sent.headers, ...headers },
      credentials: "same-origin",
      cache: "no-store",
      signal: AbortSignal.timeout(timeout_ms),
    });
    hear(response.headers.get("Doorstep-Anchor"));
    const text = await response.text();
    const is_json = /json/.test(response.headers.get("Content-Type") ?? "");
    // A proxy's page, a landing page, or an answer cut off among its headers: a 200 of nobody's. To believe it would put
    // nothing in the place of a day.
    const is_bare = method === "HEAD" || response.status === 204;
    if (response.ok && !is_bare && !(is_json && text)) return { is: "unreachable" };
    const parsed = is_json && text ? JSON.parse(text) : {};
    if (response.ok) return { is: "ok", status: response.status, body: parsed as T, headers: response.headers };
    const { type: problem = "", detail = "" } = parsed as { type?: string; detail?: string };
    return { is: "refused", status: response.status, type: problem, detail, headers: response.headers };
  } catch {
    return { is: "unreachable" };
  }
}

/** How long the server asks to be left alone, in ms; null where it does not say. */
export function retryAfter(headers: Headers, now_ms: number): number | null {
  const said = headers.get("Retry-After");
  if (!said) return null;
  const seconds = Number(said);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(said) - now_ms;
  return Number.isFinite(ms) ? Math.min(Math.max(0, ms), 300_000) : null;
}
