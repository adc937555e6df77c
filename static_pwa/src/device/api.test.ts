// Only the office's own answers count: whatever else stands on the line may say 200 too.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { call } from "./api";
import { sendPhoto } from "./upload";

type Said = { status: number; headers: Record<string, string>; body: string };
let said: Said;
let server: Server;
let url: string;

beforeEach(async () => {
  server = createServer((_, answer) => void answer.writeHead(said.status, said.headers).end(said.body));
  await new Promise<void>((ready) => void server.listen(0, "127.0.0.1", ready));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => void server.close());

describe("an answer that is not the office's is none", () => {
  it.each<[string, Said]>([
    ["a page of a proxy's", { status: 200, headers: { "Content-Type": "text/html" }, body: "<h1>Welcome</h1>" }],
    ["a 200 cut off among its headers", { status: 200, headers: {}, body: "" }],
    ["a JSON answer without its body", { status: 200, headers: { "Content-Type": "application/json" }, body: "" }],
    ["a JSON answer cut off", { status: 200, headers: { "Content-Type": "application/json" }, body: '{"date":"20' }],
  ])("%s", async (_, what) => {
    said = what;
    expect(await call(`${url}/api/day`)).toEqual({ is: "unreachable" });
  });
  it("a photo's without the place where the office stands", async () => {
    said = { status: 204, headers: {}, body: "" };
    const send = (path: string, what = {}) => call<never>(url + path, what);
    const sender = { send: send as never, now_ms: () => 0 };
    expect(await sendPhoto(sender, "ab", new ArrayBuffer(9))).toMatchObject({ is: "failed" });
  });
});

describe("an answer of the office's counts", () => {
  it("with its body", async () => {
    said = { status: 200, headers: { "Content-Type": "application/json" }, body: '{"date":"2026-11-22"}' };
    expect(await call(`${url}/api/day`)).toMatchObject({ is: "ok", body: { date: "2026-11-22" } });
  });
  it("without one, where none is due", async () => {
    said = { status: 204, headers: {}, body: "" };
    expect(await call(`${url}/api/session`, { method: "DELETE" })).toMatchObject({ is: "ok", status: 204 });
  });
  it("as a refusal, with or without words", async () => {
    said = { status: 503, headers: { "Retry-After": "7" }, body: "" };
    expect(await call(`${url}/api/sync`, { method: "POST", json: {} })).toMatchObject({ is: "refused", status: 503 });
  });
});
