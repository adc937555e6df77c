// The form of a call while somebody speaks: checks what is read back, and answers to single keys where it has focus.
import { heard, normalised } from "./read_back";
import type { Words } from "./words";

const KEPT = "doorstep-single-keys";
const FIELDS = "#read_back, #summary, #cannot, [name=instruction]";

/** Whether single keys are on: anybody may turn them off, because speech and tremor press them too. */
export const areKeysOn = (): boolean => localStorage.getItem(KEPT) !== "off";
export const turnKeys = (is_on: boolean): void => localStorage.setItem(KEPT, is_on ? "on" : "off");

const field = (within: ParentNode, selector: string): HTMLInputElement | null => within.querySelector(selector);

function toChoices(form: Element): void {
  (field(form, "[name=instruction]:checked") ?? field(form, "[name=instruction]"))?.focus();
}

function checkReadBack(input: HTMLInputElement, words: Words): void {
  const characters = normalised(input.value);
  if (input.value !== characters) input.value = characters;
  const found = heard(characters);
  const said = input.form?.querySelector("[data-read-back-said]");
  const is_wrong = found.is === "letter" || found.is === "wrong";
  input.setAttribute("aria-invalid", String(is_wrong));
  input.form?.classList.toggle("ds-form--wrong", is_wrong);
  if (said) {
    if (found.is === "letter") said.textContent = words.say("call.read_back_letter", { letter: found.letter });
    else said.textContent = found.is === "short" ? "" : words.say(`call.read_back_${found.is}`);
  }
  if (found.is === "right" && input.form && areKeysOn()) toChoices(input.form);
}

function chooseByKey(event: KeyboardEvent, choices: Element): void {
  if (event.ctrlKey || event.altKey || event.metaKey || !areKeysOn()) return;
  const radio = choices.querySelectorAll<HTMLInputElement>("input[type=radio]")[Number(event.key) - 1];
  if (!radio || !/^[1-9]$/.test(event.key)) return;
  event.preventDefault();
  radio.checked = true;
  radio.focus();
}

/** Listens on what holds the form, so that a form that is put there later is listened to as well. */
export function attend(holder: HTMLElement, words: Words): void {
  holder.addEventListener("input", (event) => {
    if (event.target instanceof HTMLInputElement && event.target.id === "read_back") checkReadBack(event.target, words);
  });
  holder.addEventListener("change", (event) => {
    const { target } = event;
    if (target instanceof HTMLInputElement && target.id === "cannot" && target.checked && target.form && areKeysOn())
      toChoices(target.form);
  });
  holder.addEventListener("keydown", (event) => {
    const choices = event.target instanceof Element ? event.target.closest("[data-choices]") : null;
    if (choices) chooseByKey(event, choices);
  });
}

/** Puts the focus where work goes on: at the fault, at the first field, or at the heading. */
export function focusForm(holder: HTMLElement): void {
  if (holder.querySelector(".govuk-error-summary")) return;
  const first = holder.querySelector<HTMLElement>("[data-first]") ?? field(holder, "#read_back, [name=instruction]");
  first?.focus();
}

export type Typed = ReadonlyMap<string, string | boolean>;

/** What is in the form now, so that another form of the same call can be given it. */
export function typedIn(holder: HTMLElement): Typed {
  const inputs = [...holder.querySelectorAll<HTMLInputElement>(FIELDS)];
  const isTicked = ({ type }: HTMLInputElement): boolean => type === "radio" || type === "checkbox";
  return new Map(inputs.map((input) => [input.id, isTicked(input) ? input.checked : input.value]));
}

export function typeAgain(holder: HTMLElement, typed: Typed): void {
  for (const input of holder.querySelectorAll<HTMLInputElement>(FIELDS)) {
    const value = typed.get(input.id);
    if (typeof value === "boolean") input.checked = value;
    else if (value !== undefined) input.value = value;
  }
}

/** Whether anything would be lost if the form went away. */
export function isTyped(holder: HTMLElement): boolean {
  return holder.querySelector("[data-form]") !== null && [...typedIn(holder).values()].some(Boolean);
}
