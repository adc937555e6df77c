// What can happen at a door besides: what ends the visit, what replaces a check, and leaving at once.
import { lastOf, waivers } from "../app/door";
import { CALL_RESULTS, cleanText } from "../domain/events";
import { clauseWords } from "./clause_words";
import { Icon } from "./icons";
import { type AtDoor, Button, Choices, Dock, DoorAnswered, Fault, Main, Page, PlannerNumber, Words } from "./parts";
import { named, reasonName, WORDS } from "./words";

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

/** A reason, and which check it skips: in the check's own words, since one reason may serve several. */
function reasonWords(reason: string, title: string): readonly string[] {
  return [reasonName(reason), WORDS.else.skips(title)];
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
      <Main screen="something-else" is_tight>
        <Fault words={state.problem} />
        <h2 class="over">{words.ends}</h2>
        <ul class="happenings">
          {ENDINGS.map(([kind, icon]) => (
            <Line key={kind} icon={icon} words={words.rows[kind]} act={end(kind)} />
          ))}
        </ul>
        <h2 class="over gap">{words.cannot}</h2>
        <ul class="happenings">
          <Line icon="door" words={words.communal} act={() => act.open("communal")} />
          {door.snapshot.key_safe ? (
            <Line icon="blocked" words={words.key_safe} act={() => act.open("key-safe")} />
          ) : null}
          {has_card ? <Line icon="slot" words={words.no_letterbox} act={() => act.open("card-left")} /> : null}
          {open_waivers.flatMap(({ row, reasons }) =>
            reasons.map((reason) => (
              <Line
                key={row.text.clause + reason}
                icon={ICONS[reason] ?? "waived"}
                words={reasonWords(reason, clauseWords(door, row.text).title)}
                act={skip(row.text.clause, reason)}
              />
            )),
          )}
        </ul>
        <h2 class="over gap">{words.say}</h2>
        <ul class="happenings">
          <Line icon="request" words={words.note} act={() => act.open("add-note")} />
        </ul>
      </Main>
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
    else act.skip([one.row.text.clause], reason, note);
  };
  const dock = (
    <Dock act={act}>
      {one ? <Button words={waive.save} act={save} /> : <Button words={WORDS.checks} act={() => act.open("door")} />}
    </Dock>
  );
  return (
    <Page seen={seen} name="waive" is={one ? undefined : "none"} to={null} dock={dock}>
      <h2>{waive.title}</h2>
      <p class="help">{one ? waive.what(clauseWords(door, one.row.text).title) : waive.none}</p>
      {one ? (
        <>
          <Choices
            legend={waive.why}
            name="reason"
            values={reasons}
            words={Object.fromEntries(reasons.map((code) => [code, reasonName(code)]))}
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
  const { state, act, door } = seen;
  const words = WORDS.note;
  const asked = state.standings[door.visit.basis.visit_id]?.decision_reason;
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
      {asked ? <p class="quote">{asked}</p> : null}
      <Words seen={seen} id="note" label={words.ask} is_needed />
    </Page>
  );
}

/** A shared entrance: its intercom is a knock like any other, and the card may stay in it. */
export function Communal(seen: AtDoor) {
  const { act, door } = seen;
  const { communal, knock, checks } = WORDS;
  const { step } = door;
  const may_knock = step.is === "knock" && step.wait_ms === 0;
  const dock = (
    <Dock act={act} beside={<DoorAnswered act={act} />}>
      {may_knock ? (
        <Button words={knock.intercom} icon="door" act={() => act.tap("door_knocked", { method: "intercom" })} />
      ) : (
        <Button words={checks} act={() => act.open("door")} />
      )}
    </Dock>
  );
  return (
    <Page seen={seen} name="communal" is={may_knock ? undefined : "not-yet"} to="something-else" dock={dock}>
      <h2>{communal.title}</h2>
      <ul class="plain">
        {communal.lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </Page>
  );
}

/** A key safe is used only with the resident's consent on record; its code is never on this phone. */
export function KeySafe(seen: AtDoor) {
  const { state, act, door } = seen;
  const { key_safe, checks } = WORDS;
  const may = door.snapshot.key_safe?.has_consent === true;
  const dock = (
    <Dock act={act} beside={may ? <Button quiet words={checks} act={() => act.open("door")} /> : null}>
      {may ? (
        <Button words={key_safe.used} icon="door" act={() => act.tap("access_gained", { note: key_safe.note })} />
      ) : (
        <Button words={checks} act={() => act.open("door")} />
      )}
    </Dock>
  );
  return (
    <Page seen={seen} name="key-safe" is={may ? "consent" : "no-consent"} to="something-else" dock={dock}>
      <h2>{may ? key_safe.yes : key_safe.no}</h2>
      <ul class="plain">
        {(may ? key_safe.how : key_safe.instead).map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      <PlannerNumber state={state} />
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
