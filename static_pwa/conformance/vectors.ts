// `script/vectors FILE...`: judges vector files with the phone's judge, prints each disagreement and, last, a count.
import { readFileSync } from "node:fs";
import { disagreements, type Vector } from "./cases.ts";

const UNUSABLE = 2;

function readVectors(path: string): Vector[] {
  let vectors: unknown;
  try {
    vectors = JSON.parse(readFileSync(path, "utf8"));
  } catch (fault) {
    stop(`${path}: ${fault instanceof SyntaxError ? "is not JSON" : "cannot be read"}: ${String(fault)}`);
  }
  const isTable = (row: unknown) => typeof row === "object" && row !== null && !Array.isArray(row);
  if (!Array.isArray(vectors) || !vectors.every(isTable))
    stop(`${path}: must be a list of vectors, each an object with \`why\` and \`policy\`.`);
  return vectors as Vector[];
}

function stop(reason: string): never {
  console.error(reason);
  process.exit(UNUSABLE);
}

const paths = process.argv.slice(2);
if (paths.length === 0) stop("usage: script/vectors FILE...");
let cases = 0;
let wrong = 0;
for (const path of paths)
  for (const vector of readVectors(path)) {
    cases += 1;
    const found = disagreements(vector);
    if (found.length === 0) continue;
    wrong += 1;
    console.log(`${path}: ${vector.why ?? "(no why)"}`);
    for (const line of found) console.log(`  ${line}`);
  }
console.log(`${cases} vectors, ${wrong} disagreements`);
process.exitCode = wrong > 0 ? 1 : 0;
