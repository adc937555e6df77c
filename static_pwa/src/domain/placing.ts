// How a browser's location bears on a visit, the twin of the office's: it can agree or contradict, and proves nothing.
import type { Graded } from "./graded.ts";
import { type Case, vouchedFor } from "./laid_out.ts";
import { firstOf, textOf } from "./linking.ts";

/** How far from the property's own point its door may be, in metres. */
const NEAR_M: Readonly<Record<string, number>> = { house: 30, block: 75 };
const COARSE_M = 100;
const FAR_M = 250;
const EARTH_M = 6_371_000;

interface Point {
  readonly lat_e7: number;
  readonly lon_e7: number;
}

/** Whole metres between two places, along a great circle. */
export function distanceM(one: Point, other: Point): number {
  const radians = (e7: number): number => ((e7 / 1e7) * Math.PI) / 180;
  const half_lat = (radians(other.lat_e7) - radians(one.lat_e7)) / 2;
  const half_lon = radians(other.lon_e7 - one.lon_e7) / 2;
  const across = Math.cos(radians(one.lat_e7)) * Math.cos(radians(other.lat_e7)) * Math.sin(half_lon) ** 2;
  return Math.floor(
    2 * EARTH_M * Math.asin(Math.sqrt(Math.max(0, Math.min(Math.sin(half_lat) ** 2 + across, 1)))) + 0.5,
  );
}

/** The grade of where the phone says it was on arrival; null where nobody arrived. */
export function gradePlace({ dossier, visit_id, chain, version }: Omit<Case, "verdict">): Graded | null {
  const arrived = firstOf(chain, "arrived");
  if (!arrived) return null;
  const give = (grade: Graded["grade"], why: string, facts: Graded["facts"] = {}): Graded => ({
    clause: "place",
    grade,
    why,
    facts,
    vouchers: [grade === "unsupported" ? "operative" : "phone"],
  });
  const { own } = arrived.event;
  if (Object.hasOwn(own, "place_missing")) return give("unsupported", `place_${textOf(own, "place_missing")}`);
  const place = version.snapshot.place as { kind?: unknown; lat_e7?: unknown; lon_e7?: unknown } | null | undefined;
  const near_m = Object.hasOwn(NEAR_M, String(place?.kind)) ? NEAR_M[String(place?.kind)] : undefined;
  if (!place || near_m === undefined || !Number.isInteger(place.lat_e7) || !Number.isInteger(place.lon_e7))
    return give("unsupported", "place_not_held");
  // Beyond a pole or the date line is no place that anybody holds.
  if (Math.abs(Number(place.lat_e7)) > 900_000_000 || Math.abs(Number(place.lon_e7)) > 1_800_000_000)
    return give("unsupported", "place_not_held");
  const accuracy_m = Number(own.accuracy_m);
  const away_m = distanceM({ lat_e7: Number(own.lat_e7), lon_e7: Number(own.lon_e7) }, place as Point);
  const facts = { away_m, accuracy_m };
  if (away_m - accuracy_m > FAR_M) return give("contradicted", "place_far", facts);
  if (accuracy_m > COARSE_M) return give("unsupported", "place_coarse", facts);
  if (away_m > near_m + accuracy_m) return give("unsupported", "place_unclear", facts);
  const is_signed = vouchedFor(dossier.visits.get(visit_id) ?? []).has(arrived.body.sha256);
  return is_signed ? give("consistent", "place_near", facts) : give("unsupported", "place_unsigned", facts);
}
