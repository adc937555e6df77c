// Every word on the phone comes from a catalogue, fetched once at start; another language is another file of its shape.
//
// A key that ends in $ is a template: `{0}` is its first value, `{0:time}` a clock time, `{0:day}` a day, `{0:span}` a length of
// time, `{0:code}` a code as a person says it, and `{0:photo|photos}` a count with its noun.
import { clockTime, duration, london, type When } from "../app/times";
import welsh from "./words.cy.json?said";
import type catalogue from "./words.en.json";
import english from "./words.en.json?url";

/** Languages other than English: their words alone, in the order of the English catalogue's keys. */
const CATALOGUES: Readonly<Record<string, string>> = { cy: welsh };

type Fill = (...values: (string | number)[]) => string;
type Spoken<T> = {
  readonly [K in keyof T as K extends `${infer Name}$` ? Name : K]: K extends `${string}$`
    ? Fill
    : T[K] extends string | readonly string[]
      ? T[K]
      : Spoken<T[K]>;
};
type Table = { [key: string]: unknown };

/** Filled before the first screen is drawn. */
export const WORDS = {} as Spoken<typeof catalogue>;

/** `arrived_outside_window` as a person says it. */
export const codeWords = (code: string): string =>
  (WORDS.codes as Record<string, string>)[code] ?? code.replaceAll("_", " ");
/** Words from the office end in a full stop; a label does not. */
export const asLabel = (words: string): string => words.replace(/\.$/, "");
/** The words for a code, or the code itself said plainly: a newer policy may hold codes that this version has not. */
export const named = (table: object, code: string): string =>
  (table as Record<string, string>)[code] ?? codeWords(code);
/** The words for an alert's code, or for its family's where a newer list has codes that this version has not. */
export const alertName = (code: string): string =>
  named(WORDS.alert_names, code in WORDS.alert_names ? code : (code.split("-")[0] ?? code));
/** Why a check was skipped. */
export const reasonName = (code: string): string =>
  code in WORDS.else.reasons ? named(WORDS.else.reasons, code) : heading(code);
/** What an event stated, in a few words: a bell that was rung is no knock. */
export const kindName = ({ kind, method }: { readonly kind: string; readonly method?: unknown }): string =>
  named(WORDS.kinds, method && `${kind}_${method}` in WORDS.kinds ? `${kind}_${method}` : kind);
export const heading = (code: string): string => code.charAt(0).toUpperCase() + codeWords(code).slice(1);

/** 17 November */
export function dateName(when: When): string {
  const day = london(when);
  return `${day.getUTCDate()} ${WORDS.months[day.getUTCMonth()]}`;
}
/** Tue 17 November */
export const dayName = (when: When): string => `${WORDS.days[london(when).getUTCDay()]} ${dateName(when)}`;

const FORMS: Readonly<Record<string, (value: never) => string>> = {
  time: clockTime,
  span: (ms: number) => duration(ms, ...(WORDS.units as [string, string, string])),
  day: dayName,
  code: codeWords,
};

function fill(template: string): Fill {
  return (...values) =>
    template.replace(/\{(\d)(?::([^}]+))?\}/g, (_, place: string, hint?: string) => {
      const value = values[Number(place)] ?? "";
      if (!hint) return String(value);
      const form = FORMS[hint];
      const [one, many] = hint.split("|");
      return form ? form(value as never) : `${value} ${value === 1 ? one : many}`;
    });
}

/** The catalogue as it is used: templates become functions, all else stays. */
export function spoken(table: Table): Table {
  const entries = Object.entries(table).map(([key, value]): [string, unknown] => {
    if (key.endsWith("$")) return [key.slice(0, -1), fill(String(value))];
    return [key, typeof value === "object" && !Array.isArray(value) ? spoken(value as Table) : value];
  });
  return Object.fromEntries(entries);
}

/** A catalogue as the build packs it: its keys, then its words; what another language does not say is said in English. */
export function unpacked(packed: string, other = ""): Table {
  const [keys = "", ...english] = packed.split("~");
  const said = other.split("~");
  let at = 0;
  const shape = keys
    .replace(/ /g, ",")
    .replace(/([^{},]+)({?)/g, (_, key: string, opens: string) => `"${key}":${opens || 0}`);
  return JSON.parse(shape, (_, value) => {
    if (value !== 0) return value;
    const words = said[at] || (english[at] ?? "");
    at += 1;
    return words.includes("^") ? words.split("^") : words;
  }) as Table;
}

/** What each language calls itself: said in its own words, whatever is spoken now. */
export const LANGUAGES: Readonly<Record<string, string>> = { en: "English", cy: "Cymraeg" };

/** The page says which language it is in, so that it is read aloud as one. */
export async function loadWords(language: string): Promise<void> {
  const other = CATALOGUES[language];
  const [table, said] = await Promise.all([english, other].map(async (at) => at && (await fetch(at)).json()));
  Object.assign(WORDS, spoken(unpacked(table as string, said as string | undefined)));
  document.documentElement.lang = other ? language : "en-GB";
}
