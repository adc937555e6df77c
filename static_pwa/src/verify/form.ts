// The page's form: its fields, the fault told beside each, and the words that a screen reader hears meanwhile.

export function field<Kind extends HTMLElement>(id: string): Kind {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no ${id}`);
  return found as Kind;
}

export const button = (): HTMLButtonElement => field("form").querySelector("button") as HTMLButtonElement;

export function tell(words: string): void {
  field("status").textContent = words;
}

/** Tells what is wrong with a field, beside it; an empty text takes it away again. */
export function errorAt(id: "pack" | "key", words: string): null {
  const error = field(`${id}-error`);
  error.textContent = words;
  error.hidden = words === "";
  error.parentElement?.classList.toggle("is-wrong", words !== "");
  field(id).setAttribute("aria-invalid", String(words !== ""));
  return null;
}
