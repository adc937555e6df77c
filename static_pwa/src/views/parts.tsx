// The pieces that every screen is put together from: where I am, the dock, a choice.
import type { ComponentChildren } from "preact";
import type { Actions } from "../app/actions";
import type { Door } from "../app/door";
import type { Snapshot } from "../app/records";
import type { Screen, State } from "../app/state";
import { MAX_TEXT } from "../domain/events";
import { Icon } from "./icons";
import { named, WORDS } from "./words";

export interface Seen {
  readonly state: State;
  readonly act: Actions;
}
export interface AtDoor extends Seen {
  readonly door: Door;
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

/** The middle of a screen: what may be too long for it is scrolled, with a thumb or with keys. */
export function Main(props: {
  screen: string;
  /** Which of its looks the screen has, where it has several. */
  is?: string | undefined;
  is_tight?: boolean | undefined;
  photo?: string | undefined;
  children: ComponentChildren;
}) {
  const { screen, is, is_tight, photo, children } = props;
  return (
    <main
      // biome-ignore lint/a11y/noNoninteractiveTabindex: Keys scroll only what has the focus, and a screen may hold no link.
      tabIndex={0}
      class={is_tight ? "tight" : undefined}
      data-screen={screen}
      data-state={is}
      data-photo={photo}
    >
      {children}
    </main>
  );
}

/** A screen at a door: which door, what there is to know, and the dock. `to` is where "Back" leads. */
export function Page(props: {
  seen: AtDoor;
  name: string;
  to: Screen | "today" | null | (() => void);
  is_tight?: boolean;
  /** The screen shows what went wrong beside what it went wrong with. */
  has_own_fault?: boolean;
  photo?: string;
  is?: string | undefined;
  dock: ComponentChildren;
  children: ComponentChildren;
}) {
  const { to, seen, name, is_tight, has_own_fault, photo, is, dock, children } = props;
  const { state, act, door } = seen;
  const back = (): void => (typeof to === "function" ? to() : to === "today" ? act.go({ at: "today" }) : act.open(to));
  return (
    <>
      <ShortPlace
        title={doorName(door.snapshot)}
        back={to === "today" ? WORDS.today : to === "door" ? WORDS.checks : WORDS.back}
        act={back}
      />
      <Main screen={name} is={is} is_tight={is_tight} photo={photo}>
        {has_own_fault ? null : <Fault words={state.draft.fault || state.problem} />}
        {children}
      </Main>
      {dock}
    </>
  );
}

/** The question, its one filled button, and beside "Something else" at most one more outlined one. */
export function Dock(props: {
  ask?: string | undefined;
  help?: string | undefined;
  /** Said again here on a phone so short that the middle may hide it. */
  short?: string | undefined;
  /** Given where something else may happen: at a door, always. */
  act?: Actions;
  beside?: ComponentChildren;
  children?: ComponentChildren;
}) {
  const { ask, help, short, act, beside, children } = props;
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
      {act ? (
        <div class={beside ? "pair" : "pair pair--one"}>
          {beside}
          <SomethingElse act={act} />
        </div>
      ) : null}
    </footer>
  );
}

export function SomethingElse({ act }: { act: Actions }) {
  return <Button quiet words={WORDS.something_else} act={() => act.open("something-else")} />;
}
export function DoorAnswered({ act }: { act: Actions }) {
  return <Button quiet words={WORDS.door_answered} act={() => act.tap("access_gained")} />;
}

export const dial = (number: string): string => `tel:${number.replace(/[^+0-9]/g, "")}`;

export function Link({ words, act }: { words: string; act: () => void }) {
  return (
    <button type="button" class="link" onClick={act}>
      {words}
    </button>
  );
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
          <span>{named(words, value)}</span>
        </label>
      ))}
    </fieldset>
  );
}

/** Brings what has just come into view; one function for all, so that it is done once and not at each drawing. */
export const reveal = (what: HTMLElement | null): void => what?.scrollIntoView({ block: "nearest" });

/** A few sentences in the operative's own words. `comes`: asked for by what was chosen above it. */
export function Words(props: { seen: Seen; id: string; label: string; is_needed?: boolean; comes?: boolean }) {
  const { seen, id, label, is_needed, comes } = props;
  const { words, fault } = seen.state.draft;
  return (
    <div class="words" ref={comes ? reveal : null}>
      <label for={id}>{label}</label>
      <textarea
        id={id}
        rows={4}
        maxLength={MAX_TEXT}
        value={words}
        aria-invalid={is_needed && fault ? "true" : undefined}
        onInput={(event) => seen.act.draft({ words: event.currentTarget.value })}
      />
    </div>
  );
}

/** Something that is done, or has come about, with its tick. */
export function Done({ words, icon = "met" }: { words: string; icon?: string }) {
  return (
    <p class={`okline head head--${icon}`}>
      <Icon name={icon} size={30} />
      <b>{words}</b>
    </p>
  );
}

/** The planner's number, to ring by one tap. */
/** `ring` states that the dialler is opened: the office sees who is ringing, where there is a signal to say so. */
export function PlannerNumber({ state, ring }: { state: State; ring?: () => void }) {
  const number = state.day?.planner_number;
  return number ? (
    <a class="callrow" href={dial(number)} onClick={ring}>
      <Icon name="call" size={26} />
      <span>
        <b>{WORDS.planner.button}</b>
        <small>{number}</small>
      </span>
      <Icon name="chev" size={20} />
    </a>
  ) : null;
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
