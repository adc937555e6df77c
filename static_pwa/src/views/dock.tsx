// The dock at the door: for each next step its question, its one filled button, and at most two outlined ones.
import { type Door, loggedCall, type Step, wallAt } from "../app/door";
import { KINDS } from "../domain/events";
import { Icon } from "./icons";
import { Button, Choices, Dock, DoorAnswered, Fault, Pair, type Seen, SomethingElse } from "./parts";
import { asLabel, heading, named, WORDS } from "./words";

type Of<K extends Step["is"]> = Extract<Step, { is: K }>;
type Props<K extends Step["is"]> = Seen & { door: Door; step: Of<K> };

const askOf = (step: { row: { text: { ask?: string; title: string } } }): string =>
  asLabel(step.row.text.ask ?? step.row.text.title);

function Usual({ act }: { act: Seen["act"] }) {
  return (
    <Pair>
      <DoorAnswered act={act} />
      <SomethingElse act={act} />
    </Pair>
  );
}

function ArriveDock({ state, act }: Seen) {
  const is_looking = state.busy === "place";
  return (
    <Dock ask={WORDS.arrive.ask}>
      <Button
        words={is_looking ? WORDS.arrive.place : WORDS.arrive.yes}
        icon="tick"
        is_off={is_looking}
        act={() => act.arrive()}
      />
      <Pair>
        <Button quiet words={WORDS.arrive.no} act={() => act.tap([{ kind: "wrong_address", own: {} }])} />
        <SomethingElse act={act} />
      </Pair>
    </Dock>
  );
}

function RequestDock({ act, door, step }: Props<"request">) {
  const { row, index, is_repair } = step;
  const request = door.snapshot.contact_requests[index];
  if (!request) return null;
  const answer = (followed: boolean) => () =>
    act.tap([
      { kind: row.text.event ?? "contact_request_followed", own: { request_id: request.request_id, followed } },
    ]);
  const { request: words } = WORDS;
  return (
    <Dock
      ask={is_repair ? words.ask_again(index + 1) : words.ask(index + 1)}
      help={is_repair && row.text.otherwise ? words.ours(row.text.otherwise) : undefined}
      short={request.text}
    >
      <Button words={is_repair ? words.yes_now : words.yes} icon="tick" act={answer(true)} />
      <Pair>
        <Button
          quiet
          words={is_repair ? words.no_again : words.no}
          act={is_repair ? () => act.decline(row.text.clause, true) : answer(false)}
        />
        <SomethingElse act={act} />
      </Pair>
    </Dock>
  );
}

function KnockDock({ act, step }: Props<"knock">) {
  const { row, wait_ms } = step;
  const { knock } = WORDS;
  const said = (method: string) => () => act.tap([{ kind: "door_knocked", own: { method } }]);
  const is_first = row.verdict.evidence.length === 0;
  const missing = row.verdict.missing ?? 1;
  return (
    <Dock ask={is_first ? askOf(step) : wait_ms > 0 ? knock.more(missing) : knock.again}>
      <Button
        words={wait_ms > 0 ? knock.wait(wait_ms) : knock.button}
        icon={wait_ms > 0 ? "waiting" : "door"}
        is_off={wait_ms > 0}
        act={said("knock")}
      />
      {wait_ms > 0 ? null : (
        <p class="links">
          <button type="button" class="link" onClick={said("bell")}>
            {knock.bell}
          </button>
          <button type="button" class="link" onClick={said("intercom")}>
            {knock.intercom}
          </button>
        </p>
      )}
      <Usual act={act} />
    </Dock>
  );
}

function CallDock({ act, door, step }: Props<"call">) {
  const numbers = door.snapshot.phone_numbers ?? [];
  const tried = door.events.filter(({ kind }) => kind === "resident_called").length;
  const turn = numbers[tried % Math.max(1, numbers.length)];
  return (
    <Dock ask={turn ? askOf(step) : WORDS.call.no_number}>
      {turn ? (
        <a
          class="button"
          href={`tel:${turn.number.replace(/[^+0-9]/g, "")}`}
          onClick={() => act.tap([{ kind: "dialler_opened", own: { number_label: turn.label.slice(0, 100) } }])}
        >
          <Icon name="call" size={26} />
          <span>
            {WORDS.call.button(turn.label)}
            <small>{WORDS.call.ends(turn.number.replaceAll(" ", "").slice(-3))}</small>
          </span>
        </a>
      ) : (
        <Button words={WORDS.waive.title} act={() => act.open("waive")} />
      )}
      <Usual act={act} />
    </Dock>
  );
}

function PlannerDock({ state, act, door, step }: Props<"planner">) {
  const call = loggedCall(door, state.calls);
  if (!call) {
    return (
      <Dock ask={askOf(step)}>
        <Button words={WORDS.planner.button} icon="call" act={() => act.open("planner-code")} />
        <Usual act={act} />
      </Dock>
    );
  }
  const own = { how: "phone", instruction: call.instruction, call_id: call.call_id };
  return (
    <Dock
      ask={WORDS.planner.logged}
      help={WORDS.planner.logged_said(named(WORDS.planner.instructions, call.instruction).toLowerCase())}
    >
      <Button words={WORDS.planner.save} icon="tick" act={() => act.tap([{ kind: "planner_contacted", own }])} />
      <Usual act={act} />
    </Dock>
  );
}

/** Who says that the resident was told, or agreed: asked in the middle, since it is a list. */
export function AttestChoices({ state, act, clause }: Seen & { clause: string }) {
  const { told_by, how, not_sure } = WORDS.attest;
  return (
    <>
      <Choices
        legend={how}
        name="told_by"
        values={Object.keys(told_by)}
        words={told_by}
        chosen={state.draft.instruction}
        choose={(instruction) => act.draft({ instruction })}
      />
      <button type="button" class="link" onClick={() => act.putOff(clause)}>
        {not_sure}
      </button>
    </>
  );
}

function AttestDock({ state, act, step }: Props<"attest">) {
  const { told_by } = WORDS.attest;
  const save = (): void =>
    state.draft.instruction in told_by
      ? act.tap([{ kind: step.kind, own: { told_by: state.draft.instruction } }])
      : act.draft({ fault: WORDS.attest.choose });
  return (
    <Dock ask={askOf(step)}>
      <Fault words={state.draft.fault} />
      <Button words={WORDS.attest.save} act={save} />
      <Pair>
        <Button quiet words={WORDS.attest.no} act={() => act.decline(step.row.text.clause, true)} />
        <SomethingElse act={act} />
      </Pair>
    </Dock>
  );
}

/** A check that this version of the app has no control for: its fields, asked as the vocabulary has them. */
function FormDock({ state, act, step }: Props<"form">) {
  const fields = (KINDS[step.kind]?.fields ?? []).filter(({ optional, form }) => !optional || form === "text");
  const { fields: typed } = state.draft;
  const set = (name: string, value: string | boolean): void => act.draft({ fields: { ...typed, [name]: value } });
  const save = (): void => {
    const missing = fields.some(({ name, optional }) => !optional && (typed[name] === undefined || typed[name] === ""));
    const filled = Object.fromEntries(Object.entries(typed).filter(([, value]) => value !== ""));
    if (missing) act.draft({ fault: WORDS.form.choose });
    else act.tap([{ kind: step.kind, own: filled }]);
  };
  return (
    <Dock ask={askOf(step)}>
      {fields.map(({ name, form }) =>
        typeof form !== "string" ? (
          <Choices
            key={name}
            legend={heading(name)}
            name={name}
            values={form}
            words={{}}
            chosen={String(typed[name] ?? "")}
            choose={(value) => set(name, value)}
          />
        ) : form === "boolean" ? (
          <label key={name} class="choice">
            <input
              type="checkbox"
              checked={typed[name] === true}
              onChange={(event) => set(name, event.currentTarget.checked)}
            />
            <span>{heading(name)}</span>
          </label>
        ) : (
          <label key={name} class="field">
            {heading(name)}
            <input
              maxLength={1000}
              value={String(typed[name] ?? "")}
              onInput={(event) => set(name, event.currentTarget.value)}
            />
          </label>
        ),
      )}
      <Fault words={state.draft.fault} />
      <Button words={WORDS.form.save} act={save} />
      <Usual act={act} />
    </Dock>
  );
}

function WaitDock({ act, door, step }: Props<"wait">) {
  return (
    <Dock ask={WORDS.wait.until(wallAt(door, step.row.verdict.ready_t ?? door.t))} help={askOf(step)}>
      <Usual act={act} />
    </Dock>
  );
}

function NoCardDock({ act, step }: Props<"no_card">) {
  const own = { clause: step.row.text.clause, reason: "planner_said_no_card" };
  return (
    <Dock ask={WORDS.no_card.ask} help={step.row.text.title}>
      <Button words={WORDS.no_card.button} act={() => act.tap([{ kind: "clause_waived", own }])} />
      <Usual act={act} />
    </Dock>
  );
}

export function DoorDock({ state, act, door }: Seen & { door: Door }) {
  const { step } = door;
  const given = { state, act, door };
  switch (step.is) {
    case "arrive":
      return <ArriveDock state={state} act={act} />;
    case "request":
      return <RequestDock {...given} step={step} />;
    case "knock":
      return <KnockDock {...given} step={step} />;
    case "call":
      return <CallDock {...given} step={step} />;
    case "planner":
      return <PlannerDock {...given} step={step} />;
    case "attest":
      return <AttestDock {...given} step={step} />;
    case "form":
      return <FormDock {...given} step={step} />;
    case "wait":
      return <WaitDock {...given} step={step} />;
    case "no_card":
      return <NoCardDock {...given} step={step} />;
    case "card":
      return (
        <Dock ask={askOf(step)}>
          <Button words={WORDS.card.open} act={() => act.open(step.photo_kind ? "card-code" : "card-left")} />
          <Usual act={act} />
        </Dock>
      );
    case "ready":
      return (
        <Dock>
          <Button words={WORDS.ready.open} act={() => act.open(null)} />
          <Usual act={act} />
        </Dock>
      );
    default:
      return (
        <Dock>
          <Button words={WORDS.refused.choose} act={() => act.open(null)} />
          <Usual act={act} />
        </Dock>
      );
  }
}
