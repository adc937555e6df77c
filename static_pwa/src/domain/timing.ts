// Whether a stretch of time at the door was as long as it had to be: the five rules in their order, as the office's.

export const CLOCKS_AGREE_MS = 30_000;

export interface Moment {
  readonly at: number;
  readonly mono: number;
  readonly boot: string;
  readonly lo: number | null;
  readonly hi: number;
  readonly n: number;
  readonly lo_by: string;
  readonly hi_by: string;
}

/** A stretch that had to last `needed_ms`; the office's twin says what each part of it is. */
export interface Stretch {
  readonly began: Moment;
  readonly ended: Moment;
  readonly over_hi: number;
  readonly over_hi_by: string;
  readonly needed_ms: number;
  readonly needed_on_phone_ms: number;
  readonly opens_at: number | null;
  readonly was_hidden: boolean;
}

export type Grade = "contradicted" | "unsupported" | "consistent" | "proven";

const latest = (...instants: (number | null)[]): number => Math.max(...instants.filter((instant) => instant !== null));

export const leastMs = ({ began, ended, opens_at }: Stretch): number | null =>
  ended.lo === null ? null : ended.lo - latest(began.hi, opens_at);

/** Only by its own wall clock could the phone know when the window opened: a few seconds fast is no lie. */
export const mostMs = ({ began, over_hi, opens_at }: Stretch): number | null => {
  const opened_at = opens_at === null ? null : opens_at - CLOCKS_AGREE_MS;
  return began.lo === null && opened_at === null ? null : over_hi - latest(began.lo, opened_at);
};

export const monoMs = ({ began, ended }: Stretch): number => ended.mono - began.mono;
export const wallMs = ({ began, ended }: Stretch): number => ended.at - began.at;
export const isOneRun = ({ began, ended }: Stretch): boolean => began.boot === ended.boot;
const doClocksAgree = (stretch: Stretch): boolean => Math.abs(wallMs(stretch) - monoMs(stretch)) <= CLOCKS_AGREE_MS;

const isBelow = (ms: number | null, needed_ms: number): boolean => ms !== null && ms < needed_ms;
const isReached = (ms: number | null, needed_ms: number): boolean => ms !== null && ms >= needed_ms;

type Rule = readonly [rule: string, grade: Grade, holds: (stretch: Stretch) => boolean];

/** In this order: the first that holds decides. */
const RULES: readonly Rule[] = [
  ["short_by_bounds", "contradicted", (stretch) => isBelow(mostMs(stretch), stretch.needed_ms)],
  ["long_by_bounds", "proven", (stretch) => isReached(leastMs(stretch), stretch.needed_ms)],
  [
    "short_as_measured",
    "contradicted",
    (stretch) => isOneRun(stretch) && !stretch.was_hidden && monoMs(stretch) < stretch.needed_on_phone_ms,
  ],
  [
    "long_as_measured",
    "consistent",
    (stretch) => isOneRun(stretch) && monoMs(stretch) >= stretch.needed_on_phone_ms && doClocksAgree(stretch),
  ],
];

/** The grade of a stretch of time, and the name of the rule that gave it. */
export function gradeWait(stretch: Stretch): { readonly grade: Grade; readonly rule: string } {
  const found = RULES.find(([, , holds]) => holds(stretch));
  return found ? { grade: found[1], rule: found[0] } : { grade: "unsupported", rule: "unmeasured" };
}
