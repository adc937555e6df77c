// A policy as JSON, and the check that refuses a wrong one; the phone's judge needs only the types.
import type { Value } from "./hearing.ts";
import { parseInstant } from "./instants.ts";

export interface Match {
  readonly event: string;
  readonly where?: Readonly<Record<string, readonly Value[]>>;
}

export type Facts = Readonly<Record<string, readonly Value[]>>;

export interface Notification {
  readonly check: "notification";
  readonly hours_before: number;
  readonly statuses: readonly string[];
  readonly channels?: readonly string[];
  readonly attested_by?: string;
}
export interface SlotAgreed {
  readonly check: "slot_agreed";
  readonly how: readonly string[];
  readonly attested_by?: string;
}
export interface WithinWindow {
  readonly check: "within_window";
  readonly event: string;
  readonly late_seconds?: number;
  readonly early_seconds?: number;
}
export interface EachRequest {
  readonly check: "each_request";
  readonly event: string;
}
export interface EnoughEvents {
  readonly check: "events";
  readonly match: Match;
  readonly at_least: number;
  readonly apart_seconds?: number;
}
export interface Elapsed {
  readonly check: "elapsed";
  readonly at_least_seconds: number;
  readonly since?: string;
  readonly from_window_start?: boolean;
}
export interface AnyOf {
  readonly check: "any_of";
  readonly of: readonly string[];
  readonly at_least?: number;
}
export type Check = Notification | SlotAgreed | WithinWindow | EachRequest | EnoughEvents | Elapsed | AnyOf;

export type Clause = Check & {
  readonly clause: string;
  readonly title: string;
  readonly ask?: string;
  readonly why?: string;
  readonly after?: readonly string[];
  readonly applies_when?: Facts;
  readonly unless?: Facts;
  readonly waivable?: readonly string[];
  readonly optional?: boolean;
  readonly otherwise?: string;
};

export interface Policy {
  readonly policy: string;
  readonly version: string;
  readonly in_force_from: string;
  readonly title: string;
  readonly source: string;
  readonly ends: readonly (Match & { readonly since?: string })[];
  readonly clauses: readonly Clause[];
}

/** A policy may not be used; the message names the clause and the key. */
export class PolicyRefused extends Error {}

type Form = (value: unknown, place: string) => void;
/** Keys and the form of each. */
type Forms = Readonly<Record<string, Form>>;

const LARGEST_NUMBER = 1e9;

function refuse(place: string, reason: string): never {
  throw new PolicyRefused(`${place}: ${reason}`);
}

function must(isRight: boolean, place: string, reason: string): void {
  if (!isRight) refuse(place, reason);
}

const isWhole = (value: unknown, least = 0): boolean =>
  Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= LARGEST_NUMBER;
const text: Form = (value, place) => must(typeof value === "string", place, "must be text");
const code: Form = (value, place) => must(typeof value === "string" && value !== "", place, "must be text, not empty");
const flag: Form = (value, place) => must(typeof value === "boolean", place, "must be true or false");
const whole: Form = (value, place) => must(isWhole(value), place, "must be a whole number from 0 to 1,000,000,000");
const count: Form = (value, place) => must(isWhole(value, 1), place, "must be a whole number from 1 to 1,000,000,000");

const list =
  (form: Form, least = 1): Form =>
  (value, place) => {
    if (!Array.isArray(value)) return refuse(place, "must be a list");
    must(value.length >= least, place, "is an empty list");
    for (const [index, row] of value.entries()) form(row, `${place}[${index}]`);
  };

function ownTable(value: unknown, place: string): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) refuse(place, "must be a table of keys");
  return value as Record<string, unknown>;
}

const table =
  (needed: Forms, may: Forms = {}): Form =>
  (value, place) => {
    const data = ownTable(value, place);
    for (const key of Object.keys(needed)) must(Object.hasOwn(data, key), `${place}.${key}`, "is missing");
    for (const [key, row] of Object.entries(data)) {
      // Looked up as own keys only: every object inherits a `constructor`, which is no key of a policy.
      const forms = [needed, may].find((known) => Object.hasOwn(known, key));
      (forms?.[key] ?? refuse(`${place}.${key}`, "is not known here"))(row, `${place}.${key}`);
    }
  };

/** {NAME: [VALUE, ...]}, where a name is allowed and a number is in range. */
const valueLists =
  (isName: (name: string) => boolean, isNumber: (value: unknown) => boolean): Form =>
  (value, place) => {
    for (const [name, values] of Object.entries(ownTable(value, place))) {
      must(isName(name), `${place}.${name}`, "may not stand here");
      list((row, at) =>
        must(typeof row === "string" || typeof row === "boolean" || isNumber(row), at, "is not a value"),
      )(values, `${place}.${name}`);
    }
  };

const FACTS = ["priority", "trade", "window", "alert"];
const OWN_TO_NO_EVENT = ["n", "kind", "at", "t"];
const facts = valueLists(
  (name) => FACTS.includes(name),
  (value) => isWhole(value),
);
const where = valueLists((name) => !OWN_TO_NO_EVENT.includes(name), Number.isSafeInteger);
const eventForm: Forms = { event: code };
const whereForm: Forms = { where };

/** Each check's own keys: those it needs, and those it may have. */
const CHECKS: ReadonlyMap<unknown, readonly [Forms, Forms?]> = new Map<unknown, readonly [Forms, Forms?]>([
  [
    "notification",
    [
      { hours_before: whole, statuses: list(code) },
      { channels: list(code), attested_by: code },
    ],
  ],
  ["slot_agreed", [{ how: list(code) }, { attested_by: code }]],
  ["within_window", [eventForm, { late_seconds: whole, early_seconds: whole }]],
  ["each_request", [eventForm]],
  ["events", [{ match: table(eventForm, whereForm), at_least: count }, { apart_seconds: whole }]],
  ["elapsed", [{ at_least_seconds: whole }, { since: code, from_window_start: flag }]],
  ["any_of", [{ of: list(code) }, { at_least: count }]],
]);

const NEEDED: Forms = {
  clause: (value, place) =>
    must(typeof value === "string" && /^[a-z][a-z0-9_]*$/.test(value), place, "must be an id of a to z, 0 to 9 and _"),
  title: text,
  check: text,
};
const MAY: Forms = {
  ask: text,
  why: text,
  after: list(code, 0),
  applies_when: facts,
  unless: facts,
  waivable: list(code, 0),
  optional: flag,
  otherwise: code,
};

const POLICY = table({
  policy: text,
  version: text,
  in_force_from: text,
  title: text,
  source: text,
  ends: list(table(eventForm, { ...whereForm, since: code }), 0),
  clauses: list(ownTable, 0),
});

/** Checks a parsed policy and gives it back typed; refuses it whole at the first fault. */
export function readPolicy(data: unknown): Policy {
  POLICY(data, "policy");
  const policy = data as Policy;
  checkVersion(policy);
  const above = new Set<string>();
  for (const clause of policy.clauses) {
    const place = `clause ${String(clause.clause)}`;
    const [needed, may] = CHECKS.get(clause.check) ?? refuse(`${place}.check`, "is missing or not a check");
    table({ ...NEEDED, ...needed }, { ...MAY, ...may })(clause, place);
    must(!above.has(clause.clause), `${place}.clause`, "stands twice");
    namesAbove(clause.after ?? [], above, `${place}.after`);
    if (clause.check === "any_of") {
      namesAbove(clause.of, above, `${place}.of`);
      must((clause.at_least ?? 1) <= clause.of.length, `${place}.at_least`, "asks for more than `of` holds");
    }
    if (clause.check === "elapsed" && clause.from_window_start !== undefined)
      must(clause.since !== undefined, `${place}.from_window_start`, "stands without `since`");
    above.add(clause.clause);
  }
  return policy;
}

function checkVersion({ version, in_force_from }: Policy): void {
  try {
    parseInstant(`${in_force_from}T00:00:00.000Z`);
  } catch {
    refuse("policy.in_force_from", "must be a day like 2026-11-01");
  }
  must(
    version.startsWith(in_force_from) && /^(-[1-9][0-9]*)?$/.test(version.slice(in_force_from.length)),
    "policy.version",
    "must be the day it comes into force, or that day with -2, -3 and so on",
  );
}

function namesAbove(ids: readonly string[], above: ReadonlySet<string>, place: string): void {
  ids.forEach((id, index) => {
    must(above.has(id), `${place}[${index}]`, "does not name a clause above this one");
    must(ids.indexOf(id) === index, `${place}[${index}]`, "stands twice");
  });
}
