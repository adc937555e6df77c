// What can happen at a door besides: what ends the visit, what replaces a check, and leaving at once.
import { lastOf, waivers } from "../app/door";
import { CALL_RESULTS, cleanText } from "../domain/events";
import { Icon } from "./icons";
import { type AtDoor, Button, Choices, Dock, Fault, Page, Words } from "./parts";
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

function Line(props: { icon: string; words: readonly string[]; act: () => void }) {
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

export function SomethingElseSheet({ state, act, door }: AtDoor) {
  const words = WORDS.else;
  const open_waivers = waivers(door);
  const end = (kind: string) => () => (kind === "access_refused" ? act.open("refusal-words") : act.tap(kind));
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
        <Button warn words={words.unsafe} small={words.unsafe_help} icon="leave" act={act.leave} />
      </footer>
    </>
  );
}

/** Skips a check for a reason that the policy takes. */
export function Waive(seen: AtDoor) {
  const { state, act, door } = seen;
  const { waive } = WORDS;
  const { clause, instruction, words } = state.draft;
  const may = waivers(door);
  const here = "row" in door.step ? door.step.row.text.clause : null;
  const camera = door.step.is === "card" ? may.find(({ reasons }) => reasons.includes("camera_failed")) : undefined;
  const one =
    may.find(({ row }) => row.text.clause === clause) ?? camera ?? may.find(({ row }) => row.text.clause === here);
  const reasons = one?.reasons ?? [];
  const only = reasons.length === 1 ? reasons[0] : undefined;
  const reason = [instruction, one === camera ? "camera_failed" : "", only].find(
    (code) => code && reasons.includes(code),
  );
  const save = (): void => {
    const note = cleanText(words);
    if (!one || !reason) act.draft({ fault: WORDS.attest.choose });
    else act.tap("clause_waived", { clause: one.row.text.clause, reason, ...(note ? { note } : {}) });
  };
  const dock = (
    <Dock act={act}>
      {one ? <Button words={waive.save} act={save} /> : <Button words={WORDS.checks} act={() => act.open("door")} />}
    </Dock>
  );
  return (
    <Page seen={seen} name="waive" to={null} dock={dock}>
      <h2>{waive.title}</h2>
      <p class="help">{one ? waive.what(one.row.text.title) : waive.none}</p>
      {one ? (
        <>
          <Choices
            legend={WORDS.planner.tried.ask}
            name="reason"
            values={reasons}
            words={Object.fromEntries(reasons.map((code) => [code, reasonWords(code, "")[0] ?? code]))}
            chosen={reason ?? ""}
            choose={(instruction) => act.draft({ instruction })}
          />
          <Words seen={seen} id="waive-note" label={waive.note} />
          <p class="help">{waive.reviewed}</p>
        </>
      ) : null}
    </Page>
  );
}

export function RefusalWords(seen: AtDoor) {
  const { state, act } = seen;
  const { refusal } = WORDS;
  const save = (): void => {
    const words = cleanText(state.draft.words);
    if (words) act.tap("access_refused", { words });
    else act.draft({ fault: refusal.missing });
  };
  const dock = (
    <Dock act={act}>
      <Button words={refusal.save} act={save} />
    </Dock>
  );
  return (
    <Page seen={seen} name="refusal-words" to="something-else" dock={dock}>
      <h2>{refusal.title}</h2>
      <Words seen={seen} id="refusal" label={refusal.ask} is_needed />
    </Page>
  );
}

export function AddNote(seen: AtDoor) {
  const { state, act } = seen;
  const words = WORDS.note;
  const save = (): void => {
    const note = cleanText(state.draft.words);
    if (note) act.tap("note_added", { note });
    else act.draft({ fault: words.missing });
  };
  const dock = (
    <Dock>
      <Button words={words.save} act={save} />
    </Dock>
  );
  return (
    <Page seen={seen} name="add-note" to={null} dock={dock}>
      <Words seen={seen} id="note" label={words.ask} is_needed />
    </Page>
  );
}

/** Tapping dial proves no call, so what came of it is asked. */
export function CallResult(seen: AtDoor) {
  const { act, door } = seen;
  const number_label = String(lastOf(door.events, "dialler_opened")?.number_label ?? "");
  const dock = <Dock act={act} beside={<Button quiet words={WORDS.call.not_called} act={() => act.open("door")} />} />;
  return (
    <Page seen={seen} name="call-result" to="door" dock={dock}>
      <h2>{WORDS.call.result}</h2>
      <p class="help">{number_label}</p>
      <div class="stack">
        {CALL_RESULTS.map((result) => (
          <Button
            key={result}
            quiet
            words={named(WORDS.call.results, result)}
            act={() => act.tap("resident_called", { number_label, result })}
          />
        ))}
      </div>
    </Page>
  );
}
