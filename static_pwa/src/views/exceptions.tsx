// What can happen at a door besides: what ends the visit, what replaces a check, and leaving at once.
import { type Door, lastOf, waivers } from "../app/door";
import { CALL_RESULTS, cleanText } from "../domain/events";
import { Icon } from "./icons";
import { Button, Choices, Dock, doorName, Fault, Pair, type Seen, ShortPlace, SomethingElse, Words } from "./parts";
import { heading, named, WORDS } from "./words";

const ENDINGS = [
  ["access_gained", "door"],
  ["access_refused", "hand"],
  ["no_responsible_adult", "child"],
  ["welfare_concern", "request"],
  ["resident_rebooked", "call"],
  ["wrong_address", "pin"],
] as const;
const ICONS: Readonly<Record<string, string>> = {
  camera_failed: "nocam",
  no_number_held: "nocall",
  no_signal: "nosignal",
  planner_not_reached: "nocall",
};

function Line(props: { icon: string; words: readonly [string, string] | readonly string[]; act: () => void }) {
  const [head, help] = props.words;
  return (
    <li>
      <button type="button" class="happened" onClick={props.act}>
        <Icon name={props.icon} />
        <span>
          <b>{head}</b>
          <small>{help}</small>
        </span>
      </button>
    </li>
  );
}

/** A reason and what giving it means; one that only a newer policy knows is said by its code. */
function reasonWords(reason: string, title: string): readonly string[] {
  const known = (WORDS.else.reasons as Readonly<Record<string, readonly string[]>>)[reason];
  return known ?? [heading(reason), WORDS.else.skips(title)];
}

export function SomethingElseSheet({ state, act, door }: Seen & { door: Door }) {
  const words = WORDS.else;
  const open_waivers = waivers(door);
  const leave = (): void =>
    act.tap([
      { kind: "left_unsafe", own: {} },
      { kind: "visit_closed", own: { outcome: "unsafe_to_wait" } },
    ]);
  const end = (kind: string) => () =>
    kind === "access_refused" ? act.open("refusal-words") : act.tap([{ kind, own: {} }]);
  const skip = (clause: string, reason: string) => () => {
    act.draft({ clause, instruction: reason });
    act.open("waive");
  };
  const has_card = door.step.is === "card" || door.rows.some(({ text }) => text.match?.event === "card_left");
  return (
    <>
      <header class="sheet__head">
        <h1>{words.title}</h1>
        <button type="button" class="close" onClick={() => act.open(null)}>
          {words.close}
        </button>
      </header>
      <main data-screen="something-else" class="tight">
        <Fault words={state.problem} />
        <h2 class="over">{words.ends}</h2>
        <ul class="happenings">
          {ENDINGS.map(([kind, icon]) => (
            <Line key={kind} icon={icon} words={words.rows[kind]} act={end(kind)} />
          ))}
        </ul>
        <h2 class="over gap">{words.cannot}</h2>
        <ul class="happenings">
          {has_card ? <Line icon="slot" words={words.no_letterbox} act={() => act.open("card-left")} /> : null}
          {open_waivers.flatMap(({ row, reasons }) =>
            reasons.map((reason) => (
              <Line
                key={row.text.clause + reason}
                icon={ICONS[reason] ?? "waived"}
                words={reasonWords(reason, row.text.title)}
                act={skip(row.text.clause, reason)}
              />
            )),
          )}
          <Line icon="request" words={words.note} act={() => act.open("add-note")} />
        </ul>
      </main>
      <footer class="dock dock--red">
        <Button warn words={words.unsafe} small={words.unsafe_help} icon="leave" act={leave} />
      </footer>
    </>
  );
}

/** Skips a check for a reason that the policy takes. */
export function Waive({ state, act, door }: Seen & { door: Door }) {
  const { waive } = WORDS;
  const may = waivers(door);
  const here = "row" in door.step ? door.step.row.text.clause : null;
  const camera = may.find(({ reasons }) => reasons.includes("camera_failed"));
  const one =
    may.find(({ row }) => row.text.clause === state.draft.clause) ??
    (door.step.is === "card" ? camera : undefined) ??
    may.find(({ row }) => row.text.clause === here);
  const reasons = one?.reasons ?? [];
  const guessed = one === camera && door.step.is === "card" ? "camera_failed" : "";
  const reason = reasons.includes(state.draft.instruction)
    ? state.draft.instruction
    : guessed || (reasons.length === 1 ? (reasons[0] ?? "") : "");
  const save = (): void => {
    const note = cleanText(state.draft.words);
    if (!one || !reason) act.draft({ fault: WORDS.attest.choose });
    else act.tap([{ kind: "clause_waived", own: { clause: one.row.text.clause, reason, ...(note ? { note } : {}) } }]);
  };
  const labels = Object.fromEntries(reasons.map((code) => [code, reasonWords(code, "")[0] ?? code]));
  return (
    <>
      <ShortPlace title={doorName(door.snapshot)} back={WORDS.back} act={() => act.open(null)} />
      <main data-screen="waive">
        <Fault words={state.draft.fault || state.problem} />
        <h2>{waive.title}</h2>
        <p class="help">{one ? waive.what(one.row.text.title) : waive.none}</p>
        {one ? (
          <>
            <Choices
              legend={WORDS.planner.tried.ask}
              name="reason"
              values={reasons}
              words={labels}
              chosen={reason}
              choose={(instruction) => act.draft({ instruction })}
            />
            <Words
              id="waive-note"
              label={waive.note}
              value={state.draft.words}
              type={(words) => act.draft({ words })}
            />
            <p class="help">{waive.reviewed}</p>
          </>
        ) : null}
      </main>
      <Dock>
        {one ? <Button words={waive.save} act={save} /> : <Button words={WORDS.checks} act={() => act.open("door")} />}
        <div class="pair pair--one">
          <SomethingElse act={act} />
        </div>
      </Dock>
    </>
  );
}

export function RefusalWords({ state, act, door }: Seen & { door: Door }) {
  const { refusal } = WORDS;
  const save = (): void => {
    const words = cleanText(state.draft.words);
    if (words) act.tap([{ kind: "access_refused", own: { words } }]);
    else act.draft({ fault: refusal.missing });
  };
  return (
    <>
      <ShortPlace title={doorName(door.snapshot)} back={WORDS.back} act={() => act.open("something-else")} />
      <main data-screen="refusal-words">
        <Fault words={state.draft.fault || state.problem} />
        <h2>{refusal.title}</h2>
        <Words
          id="refusal"
          label={refusal.ask}
          value={state.draft.words}
          type={(words) => act.draft({ words })}
          fault={state.draft.fault}
        />
      </main>
      <Dock>
        <Button words={refusal.save} act={save} />
        <div class="pair pair--one">
          <SomethingElse act={act} />
        </div>
      </Dock>
    </>
  );
}

export function AddNote({ state, act, door }: Seen & { door: Door }) {
  const words = WORDS.note;
  const save = (): void => {
    const note = cleanText(state.draft.words);
    if (note) act.tap([{ kind: "note_added", own: { note } }]);
    else act.draft({ fault: words.missing });
  };
  return (
    <>
      <ShortPlace title={doorName(door.snapshot)} back={WORDS.back} act={() => act.open(null)} />
      <main data-screen="add-note">
        <Fault words={state.draft.fault || state.problem} />
        <Words
          id="note"
          label={words.ask}
          value={state.draft.words}
          type={(typed) => act.draft({ words: typed })}
          fault={state.draft.fault}
        />
      </main>
      <Dock>
        <Button words={words.save} act={save} />
      </Dock>
    </>
  );
}

/** Tapping dial proves no call, so what came of it is asked. */
export function CallResult({ state, act, door }: Seen & { door: Door }) {
  const label = String(lastOf(door.events, "dialler_opened")?.number_label ?? "");
  const said = (result: string) => () => act.tap([{ kind: "resident_called", own: { number_label: label, result } }]);
  return (
    <>
      <ShortPlace title={doorName(door.snapshot)} back={WORDS.checks} act={() => act.open("door")} />
      <main data-screen="call-result">
        <Fault words={state.problem} />
        <h2>{WORDS.call.result}</h2>
        <p class="help">{label}</p>
        <div class="stack">
          {CALL_RESULTS.map((result) => (
            <Button key={result} quiet words={named(WORDS.call.results, result)} act={said(result)} />
          ))}
        </div>
      </main>
      <Dock>
        <Pair>
          <Button quiet words={WORDS.call.not_called} act={() => act.open("door")} />
          <SomethingElse act={act} />
        </Pair>
      </Dock>
    </>
  );
}
