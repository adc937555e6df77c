// The planner by voice: type 8 digits, read 8 characters back, save what was said; no data needed.
import { type Door, lastOf, loggedCall } from "../app/door";
import { isSpokenCode, readBack } from "../domain/chain";
import { INSTRUCTIONS } from "../domain/events";
import { DoorView } from "./door";
import { type AtDoor, Button, Choices, Dock, Fault, Link, Page, PlannerNumber } from "./parts";
import { named, WORDS } from "./words";

const LENGTH = 8;
const KEYS = [..."123456789"];
const USUAL = INSTRUCTIONS.filter((instruction) =>
  ["leave_card", "keep_waiting", "leave_no_card"].includes(instruction),
);

/** The code last typed at this visit and not yet answered by a contact: kept when the planner hangs up. */
function typedCode(door: Door): { code: string; sha256: string } | null {
  const typed = lastOf(door.events, "planner_code_typed");
  const contacted = lastOf(door.events, "planner_contacted");
  if (!typed || (contacted && contacted.n > typed.n)) return null;
  const sha256 = door.visit.events.find(({ event }) => event.n === typed.n)?.sha256 ?? "";
  return { code: String(typed.code), sha256 };
}

function Boxes({ code, type }: { code: string; type: (code: string) => void }) {
  return (
    <div class="boxes">
      <input
        class="boxes__input"
        inputMode="none"
        autocomplete="off"
        aria-labelledby="code-ask"
        aria-describedby="code-typed"
        maxLength={LENGTH}
        value={code}
        onInput={(event) => type(event.currentTarget.value)}
      />
      {Array.from({ length: LENGTH }, (_, place) => (
        <i key={place} class={place === code.length ? "cur" : ""} aria-hidden="true">
          {code[place] ?? ""}
        </i>
      ))}
    </div>
  );
}

export function PlannerCode(seen: AtDoor) {
  const { state, act, door } = seen;
  const { planner } = WORDS;
  // The planner has logged the call meanwhile: then no codes are needed.
  if (loggedCall(door, state.calls)) return <DoorView {...seen} />;
  const known = typedCode(door);
  const code = state.draft.code || (state.draft.clause === "retyped" ? "" : (known?.code ?? ""));
  const type = (typed: string): void => {
    const digits = typed.replace(/\D/g, "").slice(0, LENGTH);
    act.draft({ code: digits, clause: "retyped" });
    if (digits.length === LENGTH && !isSpokenCode(digits)) act.draft({ fault: planner.wrong });
  };
  const is_good = isSpokenCode(code);
  // They hung up, or the phone was locked: the numbers are kept, and so are the letters that follow from them.
  const is_kept = known !== null && code === known.code;
  const is = state.draft.fault === planner.wrong ? "mistyped" : is_kept ? "kept" : undefined;
  const next = (): void => {
    if (!is_good) act.draft({ fault: code.length < LENGTH ? planner.short : planner.wrong });
    else if (known?.code === code) act.open("planner-read-back");
    else act.tap("planner_code_typed", { code }, "planner-read-back");
  };
  const key = (words: string, press: () => void, more = "", is_off?: boolean) => (
    <button type="button" key={words} class={`key${more}`} aria-disabled={is_off} onClick={press}>
      {words}
    </button>
  );
  const pad = (
    <footer class="pad">
      {KEYS.map((digit) => key(digit, () => type(code + digit)))}
      {key(planner.delete, () => type(code.slice(0, -1)), " key--w")}
      {key("0", () => type(`${code}0`))}
      {key(planner.next, next, is_good ? " key--w key--go" : " key--w key--off", !is_good)}
    </footer>
  );
  return (
    <Page seen={seen} name="planner-code" is={is} to="door" is_tight has_own_fault dock={pad}>
      <p class="over">{planner.step(1)}</p>
      <PlannerNumber state={state} ring={() => act.tap("planner_call_tried", { result: "ringing" }, "planner-code")} />
      <h2 id="code-ask">{planner.type}</h2>
      <Boxes code={code} type={type} />
      <p id="code-typed" class="unseen">
        {planner.typed(code.length)}
      </p>
      <Fault words={state.draft.fault || state.problem} />
      {state.draft.fault ? null : (
        <p class={`small quiet ${is_kept ? "note" : "works"}`}>{is_kept ? planner.kept : planner.works}</p>
      )}
      <p class="links">
        <Link words={planner.no_answer} act={() => act.open("planner-no-answer")} />
        <Link words={WORDS.something_else} act={() => act.open("something-else")} />
      </p>
    </Page>
  );
}

export function PlannerReadBack(seen: AtDoor) {
  const { state, act, door } = seen;
  const { planner } = WORDS;
  const typed = typedCode(door);
  const said = typed ? readBack(typed.sha256) : "";
  const { instruction, fault, clause } = state.draft;
  const is_more = clause === "more" || (instruction !== "" && !USUAL.some((usual) => usual === instruction));
  const save = (): void =>
    instruction ? act.tap("planner_contacted", { how: "phone", instruction }) : act.draft({ fault: planner.choose });
  const dock = (
    <Dock act={act} beside={<Button quiet words={planner.hung_up} act={() => act.open("planner-code")} />}>
      <Fault words={fault || state.problem} />
      <Button words={planner.save} act={save} />
    </Dock>
  );
  return (
    <Page seen={seen} name="planner-read-back" to="planner-code" is_tight has_own_fault dock={dock}>
      <p class="over">{planner.step(2)}</p>
      <h2>{planner.read}</h2>
      <div class="said" role="img" aria-label={[...said].join(" ")} data-code={said}>
        {[...said].map((letter, place) => (
          <span key={place}>
            <b>{letter}</b>
            <small>{named(WORDS.spelling, letter)}</small>
          </span>
        ))}
      </div>
      <p class="small quiet note">{planner.fixes}</p>
      <Choices
        legend={planner.said}
        name="instruction"
        values={is_more ? INSTRUCTIONS : USUAL}
        words={planner.instructions}
        chosen={instruction}
        choose={(value) => act.draft({ instruction: value })}
      />
      {is_more ? null : <Link words={planner.more_said} act={() => act.draft({ clause: "more" })} />}
    </Page>
  );
}

/** Trying is stated; going on without the planner is a reason that the policy takes, and is always looked at. */
export function PlannerNoAnswer(seen: AtDoor) {
  const { state, act, door } = seen;
  // They were asked to call, did, and what they said is here: nobody has to go and look for it.
  if (loggedCall(door, state.calls)) return <DoorView {...seen} />;
  const { tried } = WORDS.planner;
  // That they ring is no result of it.
  const last = door.events.findLast(({ kind, result }) => kind === "planner_call_tried" && result !== "ringing");
  const is_asked = last?.result === "in_app_asked";
  const results = Object.entries(tried.results).filter(([result]) => !is_asked || result !== last.result);
  const text = door.step.is === "planner" ? door.step.row.text : undefined;
  const reasons = text?.waivable ?? [];
  const said = last?.result === "no_signal" ? "no_signal" : "planner_not_reached";
  const reason = reasons.includes(said) ? said : reasons[0];
  const skip = text && reason && last ? () => act.skip([text.clause], reason) : undefined;
  const dock = (
    <Dock act={act} beside={skip ? <Button quiet words={tried.skip} act={skip} /> : null}>
      <Button words={tried.again} icon="call" act={() => act.open("planner-code")} />
    </Dock>
  );
  return (
    <Page
      seen={seen}
      name="planner-no-answer"
      is={last ? (is_asked ? "asked" : "tried") : undefined}
      to="planner-code"
      dock={dock}
    >
      <h2>{is_asked ? tried.asked : tried.title}</h2>
      <p class="help">
        {!last ? tried.ask : is_asked ? tried.asked_at(last.at) : WORDS.planner.tried_at(last.at, String(last.result))}
      </p>
      <div class="stack">
        {is_asked ? <Button quiet words={tried.wait} act={() => act.open("door")} /> : null}
        {results.map(([result, words]) => (
          <Button
            key={result}
            quiet
            words={words}
            act={() => act.tap("planner_call_tried", { result }, "planner-no-answer")}
          />
        ))}
      </div>
      {skip ? <p class="help">{tried.skip_help}</p> : null}
    </Page>
  );
}
