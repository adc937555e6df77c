// Reads cases as JSON, one a line, and writes the phone's verdict or {"refused": true}, one a line, in the same order.
import { createInterface } from "node:readline";
import { answer, type Vector } from "./cases.ts";

// Answered line by line, so that a caller may send the next case after it has read the answer to the last.
for await (const line of createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY }))
  process.stdout.write(`${JSON.stringify(answer(JSON.parse(line) as Vector))}\n`);
