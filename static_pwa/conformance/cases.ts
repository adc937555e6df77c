// Vector files as the phone's judge answers them: one case in, its verdict or a refusal out, and where two differ.
import { readHearing } from "../src/domain/hearing.ts";
import { InputRefused } from "../src/domain/instants.ts";
import { judge, type Verdict } from "../src/domain/judge.ts";
import { PolicyRefused, readPolicy } from "../src/domain/policy.ts";

export interface Vector {
  readonly why?: string;
  readonly policy: unknown;
  readonly appointment: unknown;
  readonly events: unknown;
  readonly now: unknown;
  readonly verdict?: unknown;
  readonly refused?: unknown;
}

type Answer = Verdict | { readonly refused: true };

export function answer(vector: Vector): Answer {
  try {
    const policy = readPolicy(vector.policy);
    const { appointment, events, now } = readHearing(vector.appointment, vector.events, vector.now);
    return judge(policy, appointment, events, now);
  } catch (fault) {
    if (fault instanceof PolicyRefused || fault instanceof InputRefused) return { refused: true };
    throw fault;
  }
}

/** Each place where the judge and the vector differ: JSON path, expected, got. */
export function disagreements(vector: Vector): string[] {
  const got = answer(vector);
  const isRefused = "refused" in got;
  if (vector.refused === true) return isRefused ? [] : ["$: expected it to be refused, got a verdict"];
  if (isRefused) return ["$: expected a verdict, got a refusal"];
  return differences("$.verdict", vector.verdict, got);
}

function differences(path: string, expected: unknown, got: unknown): string[] {
  if (isTable(expected) && isTable(got))
    return [...new Set([...Object.keys(expected), ...Object.keys(got)])].flatMap((key) =>
      differences(`${path}.${key}`, ownOrNone(expected, key), ownOrNone(got, key)),
    );
  if (Array.isArray(expected) && Array.isArray(got) && expected.length === got.length)
    return expected.flatMap((row: unknown, index) => differences(`${path}[${index}]`, row, got[index]));
  return expected === got ? [] : [`${path}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(got)}`];
}

const isTable = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const ownOrNone = (table: Record<string, unknown>, key: string): unknown =>
  Object.hasOwn(table, key) ? table[key] : "(no such key)";
