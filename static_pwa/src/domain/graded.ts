// A grade: how sure one check of a visit is, why, and who vouches for it; the twin of the office's.
import type { Grade } from "./timing.ts";

/** The rules by which grades are given here; a pack that names others is not graded again. */
export const GRADING_VERSION = "2026-11-22";
/** From the weakest to the strongest. */
export const GRADES: readonly Grade[] = ["contradicted", "unsupported", "consistent", "proven"];

export interface Graded {
  readonly clause: string;
  readonly grade: Grade;
  readonly why: string;
  readonly facts: Readonly<Record<string, number | string>>;
  readonly vouchers: readonly string[];
}

/** The first of the weakest. */
export const weakestOf = (grades: readonly Graded[]): Graded =>
  grades.reduce((weakest, graded) => (GRADES.indexOf(graded.grade) < GRADES.indexOf(weakest.grade) ? graded : weakest));
