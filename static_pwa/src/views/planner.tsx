// The planner by voice: type 8 digits, read 8 characters back, save what was said; no data needed.
import { type Door, lastOf, loggedCall } from "../app/door";
import { isSpokenCode, readBack } from "../domain/chain";
import { INSTRUCTIONS } from "../domain/events";
import { DoorView } from "./door";
import { Icon } from "./icons";
import { Button, Choices, Dock, doorName, Fault, Pair, type Seen, ShortPlace, SomethingElse } from "./parts";
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

export function PlannerCode({ state, act, door }: Seen & { door: Door }) {
  const { planner } = WORDS;
  // The planner has logged the call meanwhile: then no codes are needed.
  if (loggedCall(door, state.calls)) return <DoorView state={state} act={act} door={door} />;
  const known = typedCode(door);
  const code = state.draft.code || (state.draft.clause === "retyped" ? "" : (known?.code ?? ""));
  const type = (typed: string): void => {
    const digits = typed.replace(/\D/g, "").slice(0, LENGTH);
    act.draft({ code: digits, clause: "retyped" });
    if (digits.length === LENGTH && !isSpokenCode(digits)) act.draft({ fault: planner.wrong });
  };
  const is_good = isSpokenCode(code);
  const next = (): void => {
    if (!is_good) act.draft({ fault: code.length < LENGTH ? planner.short : planner.wrong });
    else if (known?.code === code) act.open("planner-read-back");
    else act.tap([{ kind: "planner_code_typed", own: { code } }], "planner-read-back");
  };
  const number = state.day?.planner_number ?? "";
  return (
    <>
      <ShortPlace title={doorName(door.snapshot)} back={WORDS.checks} act={() => act.open("door")} />
      <main data-screen="planner-code" class="tight">
        <p class="over">{planner.step(1)}</p>
        {number ? (
          <a class="callrow" href={`tel:${number.replace(/[^+0-9]/g, "")}`}>
            <Icon name="call" size={26} />
            <span>
              <b>{planner.button}</b>
              <small>{number}</small>
            </span>
            <Icon name="chev" size={20} />
          </a>
        ) : null}
        <h2 id="code-ask">{planner.type}</h2>
        <Boxes code={code} type={type} />
        <p id="code-typed" class="unseen">
          {planner.typed(code.length)}
        </p>
        {state.draft.fault ? <Fault words={state.draft.fault} /> : <p class="small quiet works">{planner.works}</p>}
        <p class="links">
          <button type="button" class="link" onClick={() => act.open("planner-no-answer")}>
            {planner.no_answer}
          </button>
          <button type="button" class="link" onClick={() => act.open("something-else")}>
            {WORDS.something_else}
          </button>
        </p>
      </main>
      <footer class="pad">
        {KEYS.map((digit) => (
          <button key={digit} type="button" class="key" onClick={() => type(code + digit)}>
            {digit}
          </button>
        ))}
        <button type="button" class="key key--w" onClick={() => type(code.slice(0, -1))}>
          {planner.delete}
        </button>
        <button type="button" class="key" onClick={() => type(`${code}0`)}>
          0
        </button>
        <button
          type="button"
          class={is_good ? "key key--w key--go" : "key key--w key--off"}
          aria-disabled={!is_good}
          onClick={next}
        >
          {planner.next}
        </button>
      </footer>
    </>
  );
}

export function PlannerReadBack({ state, act, door }: Seen & { door: Door }) {
  const { planner } = WORDS;
  const typed = typedCode(door);
  const said = typed ? readBack(typed.sha256) : "";
  const { instruction, fault, clause } = state.draft;
  const is_more = clause === "more" || (instruction !== "" && !USUAL.some((usual) => usual === instruction));
  const save = (): void =>
    instruction
      ? act.tap([{ kind: "planner_contacted", own: { how: "phone", instruction } }])
      : act.draft({ fault: planner.choose });
  return (
    <>
      <ShortPlace title={doorName(door.snapshot)} back={WORDS.back} act={() => act.open("planner-code")} />
      <main data-screen="planner-read-back" class="tight">
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
        {is_more ? null : (
          <button type="button" class="link" onClick={() => act.draft({ clause: "more" })}>
            {planner.more_said}
          </button>
        )}
        <Fault words={fault} />
      </main>
      <Dock>
        <Button words={planner.save} act={save} />
        <Pair>
          <Button quiet words={planner.hung_up} act={() => act.open("planner-code")} />
          <SomethingElse act={act} />
        </Pair>
      </Dock>
    </>
  );
}

/** Trying is stated; going on without the planner is a reason that the policy takes, and is always looked at. */
export function PlannerNoAnswer({ act, door }: Seen & { door: Door }) {
  const { tried } = WORDS.planner;
  const last = lastOf(door.events, "planner_call_tried");
  const row = door.step.is === "planner" ? door.step.row : undefined;
  const reasons = row?.text.waivable ?? [];
  const said = last?.result === "no_signal" ? "no_signal" : "planner_not_reached";
  const reason = reasons.includes(said) ? said : reasons[0];
  const skip =
    row && reason && last ? () => act.tap([{ kind: "clause_waived", own: { clause: row.text.clause, reason } }]) : null;
  return (
    <>
      <ShortPlace title={doorName(door.snapshot)} back={WORDS.back} act={() => act.open("planner-code")} />
      <main data-screen="planner-no-answer">
        <h2>{tried.title}</h2>
        <p class="help">{last ? WORDS.planner.tried_at(last.at, String(last.result)) : tried.ask}</p>
        <div class="stack">
          {Object.entries(tried.results).map(([result, words]) => (
            <Button
              key={result}
              quiet
              words={words}
              act={() => act.tap([{ kind: "planner_call_tried", own: { result } }], "planner-no-answer")}
            />
          ))}
        </div>
        {skip ? <p class="help">{tried.skip_help}</p> : null}
      </main>
      <Dock>
        <Button words={tried.again} icon="call" act={() => act.open("planner-code")} />
        <Pair>
          {skip ? <Button quiet words={tried.skip} act={skip} /> : null}
          <SomethingElse act={act} />
        </Pair>
      </Dock>
    </>
  );
}
