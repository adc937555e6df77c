// The words in which a pack's faults are told: one table, that the office's command reads too.
import words from "../../../backend/doorstep/application/pack/words.json";

export type Step = keyof typeof words.steps;
export type FaultCode = keyof typeof words.faults;
export type NoteCode = keyof typeof words.not_checked;
export type Facts = Readonly<Record<string, string | number>>;

/** One thing wrong with a pack: the file at fault, and the code of its sentence. */
export interface Fault {
  readonly file: string;
  readonly code: FaultCode;
  readonly facts?: Facts;
}

/** One thing that was not checked, or not here. */
export interface Note {
  readonly code: NoteCode;
  readonly facts?: Facts;
}

export const STEPS = Object.keys(words.steps) as Step[];
export const { steps, outcomes } = words;

const filled = (sentence: string, facts: Facts): string =>
  sentence.replace(/\{([a-z_]+)\}/g, (whole, name: string) => String(facts[name] ?? whole));

export const faultWords = ({ file, code, facts = {} }: Fault): string => filled(words.faults[code], { file, ...facts });
export const noteWords = ({ code, facts = {} }: Note): string => filled(words.not_checked[code], facts);
export const chainFault = (fault: string): string =>
  (words.chain_faults as Readonly<Record<string, string>>)[fault] ?? fault;
