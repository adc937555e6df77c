// Reads dossiers as JSON, one a line, and writes what the page makes of one visit in each: faults, verdict, grades, place.
import { createInterface } from "node:readline";
import { readAppointment } from "../src/domain/appointment.ts";
import type { Call, Decision, Dossier, PhotoState, Serving } from "../src/domain/dossier.ts";
import type { Stated } from "../src/domain/linking.ts";
import { readPolicy } from "../src/domain/policy.ts";
import { readTold } from "../src/domain/reading.ts";
import { settle } from "../src/domain/settling.ts";

interface Line {
  readonly visit_id: string;
  readonly policy: unknown;
  readonly versions: readonly { readonly sha256: string; readonly snapshot: Record<string, unknown> }[];
  readonly visits: Record<string, readonly (Omit<Stated, "event"> & { readonly body: string })[]>;
  readonly servings: readonly Serving[];
  readonly calls: Record<string, Call>;
  readonly matches: Record<string, string>;
  readonly decisions: Record<string, readonly Decision[]>;
  readonly photos: Record<string, PhotoState>;
  readonly reused: Record<string, readonly string[]>;
}

const map = <Value>(table: Record<string, Value>): Map<string, Value> => new Map(Object.entries(table));
const told = (body: string) => readTold(new TextEncoder().encode(body));

function dossierOf(line: Line): Dossier {
  const visits = Object.entries(line.visits).map(
    ([visit_id, stated]) => [visit_id, stated.map((one) => ({ ...one, event: told(one.body) }))] as const,
  );
  return {
    versions: line.versions.map((one) => ({ ...one, appointment: readAppointment(one.snapshot) })),
    visits: new Map(visits),
    servings: line.servings,
    calls: map(line.calls),
    matches: map(line.matches),
    decisions: map(line.decisions),
    photos: map(line.photos),
    reused: map(line.reused),
  };
}

for await (const text of createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
  const line = JSON.parse(text) as Line;
  const settled = await settle(dossierOf(line), line.visit_id, new Map([["2026-11-01", readPolicy(line.policy)]]));
  const { chain, faults, matched, verdict, grades, place } = settled;
  const answer = {
    faults: Object.fromEntries(faults),
    withdrawn: Object.fromEntries(chain.withdrawn),
    matched: Object.fromEntries(matched),
    verdict,
    grades,
    place,
    grade: settled.grade,
  };
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
