// The 8 characters that an operative reads back: checked while they speak, so that a slip is put right at once.
import { ALPHABET } from "../domain/chain";

const LENGTH = 8;

export type Heard =
  | { readonly is: "short" }
  | { readonly is: "right" }
  | { readonly is: "wrong" }
  | { readonly is: "letter"; readonly letter: string };

/** What was typed, as it is kept: capitals, no spaces, no more than there are. */
export function normalised(typed: string): string {
  return typed
    .toUpperCase()
    .replace(/[^0-9A-Z]/g, "")
    .slice(0, LENGTH);
}

/** Whether it can be a read-back: only letters of the alphabet, and the last of the 8 checks the others. */
export function heard(characters: string): Heard {
  const letter = [...characters].find((character) => !ALPHABET.includes(character));
  if (letter !== undefined) return { is: "letter", letter };
  if (characters.length < LENGTH) return { is: "short" };
  const values = [...characters].map((character) => ALPHABET.indexOf(character));
  const sum = values.slice(0, -1).reduce((so_far, value, index) => so_far + (index + 1) * value, 0);
  return { is: sum % ALPHABET.length === values.at(-1) ? "right" : "wrong" };
}
