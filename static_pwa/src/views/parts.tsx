// The pieces that every screen is put together from: where I am, the dock, a choice.
import type { ComponentChildren } from "preact";
import type { Actions } from "../app/actions";
import type { Snapshot } from "../app/records";
import type { State } from "../app/state";
import { Icon } from "./icons";
import { WORDS } from "./words";

export interface Seen {
  readonly state: State;
  readonly act: Actions;
}

/** "Flat 4, 12 Sample Street": the first lines of an address, as much as names the door. */
export function doorName({ address = [] }: Snapshot): string {
  const first = address[0] ?? "";
  return /^(flat|apartment|unit|room)\b[^,]*$/i.test(first) && address[1] ? `${first}, ${address[1]}` : first;
}
export function restOfAddress(snapshot: Snapshot): string {
  const name = doorName(snapshot);
  return (snapshot.address ?? []).filter((line) => !name.includes(line)).join(", ");
}

export function Back({ words, act }: { words: string; act: () => void }) {
  return (
    <button type="button" class="back" onClick={act}>
      <Icon name="left" size={20} />
      <span>{words}</span>
    </button>
  );
}

export function ShortPlace({ title, back, act }: { title: string; back: string; act: () => void }) {
  return (
    <header class="place place--short">
      <Back words={back} act={act} />
      <h1>{title}</h1>
    </header>
  );
}

export function Button(props: {
  words: string;
  act: () => void;
  icon?: string;
  small?: string | undefined;
  is_off?: boolean;
  warn?: boolean;
  quiet?: boolean;
}) {
  const { words, act, icon, small, is_off, warn, quiet } = props;
  const kind = quiet ? "button2" : warn ? "button button--warn" : is_off ? "button button--off" : "button";
  return (
    <button type="button" class={kind} aria-disabled={is_off ? "true" : undefined} onClick={is_off ? undefined : act}>
      {icon ? <Icon name={icon} size={quiet ? 22 : 26} /> : null}
      <span>
        {words}
        {small ? <small>{small}</small> : null}
      </span>
    </button>
  );
}

export function Dock(props: {
  ask?: string | undefined;
  help?: string | undefined;
  /** Said again here on a phone so short that the middle may hide it. */
  short?: string | undefined;
  children: ComponentChildren;
}) {
  const { ask, help, short, children } = props;
  return (
    <footer class="dock">
      {ask ? (
        <p class="dock__ask">
          {ask}
          {help ? <span>{help}</span> : null}
          {short ? <span class="only-small">{short}</span> : null}
        </p>
      ) : null}
      {children}
    </footer>
  );
}

export function Pair({ children }: { children: ComponentChildren }) {
  return <div class="pair">{children}</div>;
}

export function SomethingElse({ act }: { act: Actions }) {
  return <Button quiet words={WORDS.something_else} act={() => act.open("something-else")} />;
}
export function DoorAnswered({ act }: { act: Actions }) {
  return <Button quiet words={WORDS.door_answered} act={() => act.tap([{ kind: "access_gained", own: {} }])} />;
}

export function Choices(props: {
  legend: string;
  name: string;
  values: readonly string[];
  words: Readonly<Record<string, string>>;
  chosen: string;
  choose: (value: string) => void;
}) {
  const { legend, name, values, words, chosen, choose } = props;
  return (
    <fieldset>
      <legend>{legend}</legend>
      {values.map((value) => (
        <label key={value} class={value === chosen ? "choice on" : "choice"}>
          <input type="radio" name={name} value={value} checked={value === chosen} onChange={() => choose(value)} />
          <span>{words[value] ?? value.replaceAll("_", " ")}</span>
        </label>
      ))}
    </fieldset>
  );
}

export function Words(props: {
  id: string;
  label: string;
  value: string;
  type: (value: string) => void;
  fault?: string;
}) {
  const { id, label, value, type, fault } = props;
  return (
    <div class="words">
      <label for={id}>{label}</label>
      <textarea
        id={id}
        rows={4}
        maxLength={1000}
        value={value}
        aria-invalid={fault ? "true" : undefined}
        onInput={(event) => type(event.currentTarget.value)}
      />
    </div>
  );
}

/** What went wrong, said where a thumb and a screen reader find it. */
export function Fault({ words }: { words: string }) {
  return words ? (
    <p class="fault" role="alert">
      <Icon name="failed" size={24} />
      <span>{words}</span>
    </p>
  ) : null;
}

export function Record({ rows }: { rows: readonly (readonly [string, string])[] }) {
  return (
    <dl class="rec">
      {rows.map(([name, value]) => (
        <div key={name + value}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
