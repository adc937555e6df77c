// Between which of the server's own times an event was stated, the twin of the office's: what no phone can argue with.
import { readBack } from "./chain.ts";
import type { Call } from "./dossier.ts";
import { type Link, type Stated, textOf } from "./linking.ts";

/** Not before `lo`, not after `hi`; `lo` is null where nothing says so. */
export interface Bounds {
  readonly lo: number | null;
  readonly hi: number;
  readonly lo_by: string;
  readonly hi_by: string;
}

/** An instant, and what says so; equal instants are told apart by the name, so that both twins choose the same. */
type Bound = readonly [at: number, by: string];

const NOTHING: Bound = [-1, ""];
const isBefore = (one: Bound, other: Bound): boolean => one[0] < other[0] || (one[0] === other[0] && one[1] < other[1]);
export const earlierOf = (one: Bound, other: Bound): Bound => (isBefore(other, one) ? other : one);
const laterOf = (one: Bound, other: Bound): Bound => (isBefore(one, other) ? other : one);

interface Spoken {
  readonly made_at: Map<string, number>;
  readonly saved_at: Map<string, number>;
}

/** The bounds of each link's event, by its `n`. `also` is whatever else came of the visit, counted or not. */
export function bounds(
  links: readonly Link[],
  calls: Iterable<Call>,
  also: Iterable<Stated> = [],
): ReadonlyMap<number, Bounds> {
  const held = new Map<string, Link>();
  for (const body of also) if (body.event !== null) held.set(body.sha256, { body, event: body.event });
  for (const link of links) held.set(link.body.sha256, link);
  const in_order = [...held.values()].sort((a, b) => a.event.n - b.event.n);
  const spoken = whatWasSpoken(calls);
  const lows = new Map<string, Bound>();
  for (const link of in_order)
    lows.set(link.body.sha256, laterOf(lows.get(link.event.prev) ?? NOTHING, ownLow(link, spoken)));
  const highs = new Map(in_order.map((link) => [link.body.sha256, ownHigh(link, spoken)]));
  for (const { body, event } of in_order.reverse()) {
    const before = highs.get(event.prev);
    if (before) highs.set(event.prev, earlierOf(before, highs.get(body.sha256) ?? before));
  }
  return new Map(
    links.map(({ body, event }) => {
      const [lo, lo_by] = lows.get(body.sha256) ?? NOTHING;
      const [hi, hi_by] = highs.get(body.sha256) ?? NOTHING;
      return [event.n, { lo: lo_by === "" ? null : lo, hi, lo_by, hi_by }];
    }),
  );
}

/** When each code was made, and when the call that each read-back was typed into was saved; the earliest of each. */
function whatWasSpoken(calls: Iterable<Call>): Spoken {
  const made_at = new Map<string, number>();
  const saved_at = new Map<string, number>();
  const keep = (all: Map<string, number>, said: string, at: number) => all.set(said, Math.min(at, all.get(said) ?? at));
  for (const { operative_id, code, begun_at, logged } of calls) {
    keep(made_at, `${operative_id} ${code}`, begun_at);
    if (logged?.read_back) keep(saved_at, `${operative_id} ${logged.read_back}`, logged.at);
  }
  return { made_at, saved_at };
}

function ownLow({ body, event }: Link, { made_at }: Spoken): Bound {
  // An anchor is known to be the server's own only in what was found faultless when it arrived.
  const low: Bound = event.anchor_ms === null || body.fault !== null ? NOTHING : [event.anchor_ms, "anchor"];
  if (event.kind !== "planner_code_typed") return low;
  const made = made_at.get(`${event.actor_id} ${textOf(event.own, "code")}`);
  return made === undefined ? low : laterOf(low, [made, "code"]);
}

function ownHigh({ body, event }: Link, { saved_at }: Spoken): Bound {
  const high: Bound = [body.received_at, "receipt"];
  if (event.kind !== "planner_code_typed") return high;
  const saved = saved_at.get(`${event.actor_id} ${readBack(body.sha256)}`);
  return saved === undefined ? high : earlierOf(high, [saved, "read_back"]);
}
