// The dock at the door: for each next step its question, its one filled button, and at most two outlined ones.
import type { FunctionComponent, VNode } from "preact";
import {
  type Door,
  isOnTime,
  loggedCall,
  NO_CARD,
  numbersLeft,
  type Row,
  type Step,
  waivers,
  wallAt,
} from "../app/door";
import { cleanText, KINDS } from "../domain/events";
import { clauseWords, outcomeWords } from "./clause_words";
import { FormDock } from "./form";
import { Icon } from "./icons";
import { type AtDoor, Button, Choices, Dock, DoorAnswered, dial, Fault, Link, type Seen } from "./parts";
import { named, WORDS } from "./words";

type Of<Is extends Step["is"]> = AtDoor & { readonly step: Extract<Step, { is: Is }> };

const askOf = (door: Door, { row }: { row: Row }): string => clauseWords(door, row.text).ask;
/** What every step but a few has beside it: the door may open at any moment. */
const usual = (act: Seen["act"]) => ({ act, beside: <DoorAnswered act={act} /> });

function Arrive({ state, act }: AtDoor) {
  const is_looking = state.busy === "place";
  const { arrive } = WORDS;
  return (
    <Dock ask={arrive.ask} act={act} beside={<Button quiet words={arrive.no} act={() => act.tap("wrong_address")} />}>
      <Button words={is_looking ? arrive.place : arrive.yes} icon="tick" is_off={is_looking} act={act.arrive} />
    </Dock>
  );
}

function Request({ act, door, step }: Of<"request">) {
  const { row, index, is_repair } = step;
  const request = door.snapshot.contact_requests[index];
  if (!request) return null;
  const answer = (followed: boolean) => () =>
    act.tap(row.text.event ?? "contact_request_followed", { request_id: request.request_id, followed });
  const { request: words } = WORDS;
  const no = is_repair ? (
    <Button quiet words={words.no_again} act={() => act.decline(row.text.clause, true)} />
  ) : (
    <Button quiet words={words.no} act={answer(false)} />
  );
  return (
    <Dock
      ask={is_repair ? words.ask_again(index + 1) : words.ask(index + 1)}
      help={is_repair && row.text.otherwise ? words.ours(outcomeWords(row.text.otherwise, door.day)) : undefined}
      short={request.text}
      act={act}
      beside={no}
    >
      <Button words={is_repair ? words.yes_now : words.yes} icon="tick" act={answer(true)} />
    </Dock>
  );
}

function Knock({ act, door, step }: Of<"knock">) {
  const { row, wait_ms } = step;
  const { knock } = WORDS;
  const said = (method: string) => () => act.tap("door_knocked", { method });
  const is_first = row.verdict.evidence.length === 0;
  const is_soon = wait_ms > 0;
  const missing = row.verdict.missing ?? 1;
  const soon = missing > 1 ? knock.more(missing) : knock.once;
  return (
    <Dock ask={is_first ? askOf(door, step) : is_soon ? soon : knock.again} {...usual(act)}>
      <Button
        words={is_soon ? knock.wait(wait_ms) : knock.button}
        icon={is_soon ? "waiting" : "door"}
        is_off={is_soon}
        act={said("knock")}
      />
      {is_soon ? null : (
        <p class="links">
          <Link words={knock.bell} act={said("bell")} />
          <Link words={knock.intercom} act={said("intercom")} />
        </p>
      )}
    </Dock>
  );
}

function CallLink(props: { number: string; words: string; small: string; act?: () => void }) {
  const { number, words, small, act } = props;
  return (
    <a class="button" href={dial(number)} onClick={act}>
      <Icon name="call" size={26} />
      <span>
        {words}
        <small>{small}</small>
      </span>
    </a>
  );
}

function Call({ act, door, step }: Of<"call">) {
  const { call } = WORDS;
  const turn = numbersLeft(door)[0];
  if (!turn) {
    const is_dead = Boolean(door.snapshot.phone_numbers?.length);
    const skip = (): void => {
      act.draft({ clause: step.row.text.clause, instruction: is_dead ? "number_unobtainable" : "no_number_held" });
      act.open("waive");
    };
    return (
      <Dock ask={is_dead ? call.all_dead : call.no_number} {...usual(act)}>
        <Button words={WORDS.waive.title} act={skip} />
      </Dock>
    );
  }
  return (
    <Dock ask={askOf(door, step)} {...usual(act)}>
      <CallLink
        number={turn.number}
        words={call.button(turn.label)}
        small={call.ends(turn.number.replaceAll(" ", "").slice(-3))}
        act={() => act.tap("dialler_opened", { number_label: cleanText(turn.label) })}
      />
    </Dock>
  );
}

function Planner({ state, act, door, step }: Of<"planner">) {
  const { planner } = WORDS;
  const call = loggedCall(door, state.calls);
  if (!call) {
    return (
      <Dock ask={askOf(door, step)} {...usual(act)}>
        <Button words={planner.button} icon="call" act={() => act.open("planner-code")} />
      </Dock>
    );
  }
  const { instruction, call_id } = call;
  const save = (): void => act.tap("planner_contacted", { how: "phone", instruction, call_id });
  return (
    <Dock
      ask={planner.logged}
      help={planner.logged_said(named(planner.instructions, instruction).toLowerCase())}
      {...usual(act)}
    >
      <Button words={planner.save} icon="tick" act={save} />
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
      <Link words={not_sure} act={() => act.putOff(clause)} />
    </>
  );
}

function Attest({ state, act, door, step }: Of<"attest">) {
  const { attest } = WORDS;
  const { instruction, fault } = state.draft;
  const save = (): void =>
    instruction in attest.told_by ? act.tap(step.kind, { told_by: instruction }) : act.draft({ fault: attest.choose });
  const no = <Button quiet words={attest.no} act={() => act.decline(step.row.text.clause, true)} />;
  return (
    <Dock ask={askOf(door, step)} act={act} beside={no}>
      <Fault words={fault} />
      <Button words={WORDS.form.save} act={save} />
    </Dock>
  );
}

function Wait({ act, door, step }: Of<"wait">) {
  const ready_at = wallAt(door, step.row.verdict.ready_t ?? door.t);
  const on_time = door.rows.find(({ text }) => isOnTime(text));
  if (!step.is_early || !on_time)
    return <Dock ask={WORDS.wait.until(ready_at)} help={askOf(door, step)} {...usual(act)} />;
  const go = <Button quiet words={WORDS.early.go} act={() => act.decline(on_time.text.clause, true)} />;
  return <Dock ask={askOf(door, step)} help={WORDS.early.help} act={act} beside={go} />;
}

function NoCard({ act, door }: Of<"no_card">) {
  // With no card there is nothing to photograph either: one tap skips both.
  const texts = waivers(door).flatMap(({ row, reasons }) => (reasons.includes(NO_CARD) ? [row.text] : []));
  const skip = (): void =>
    act.skip(
      texts.map(({ clause }) => clause),
      NO_CARD,
    );
  const help = texts.map((text) => clauseWords(door, text).title).join(WORDS.and);
  return (
    <Dock ask={WORDS.no_card.ask} help={help} {...usual(act)}>
      <Button words={WORDS.no_card.button} act={skip} />
    </Dock>
  );
}

function Card({ act, door, step }: Of<"card">) {
  return (
    <Dock ask={askOf(door, step)} {...usual(act)}>
      <Button words={WORDS.card.open} act={() => act.open(step.photo_kind ? "card-code" : "card-left")} />
    </Dock>
  );
}

/** The way on from the checklist to a screen that has its own: the record, the refusal, the end. */
const leading = (words: () => string) =>
  function Leading({ act }: AtDoor): VNode {
    return (
      <Dock {...usual(act)}>
        <Button words={words()} act={() => act.open(null)} />
      </Dock>
    );
  };
const toChoose = leading(() => WORDS.refused.choose);

const DOCKS: { readonly [Is in Step["is"]]: FunctionComponent<Of<Is>> } = {
  arrive: Arrive,
  request: Request,
  knock: Knock,
  call: Call,
  planner: Planner,
  attest: Attest,
  form: ({ step, ...seen }) => (
    <FormDock seen={seen} kind={KINDS[step.kind]} ask={askOf(seen.door, step)} usual={usual(seen.act)} />
  ),
  wait: Wait,
  no_card: NoCard,
  card: Card,
  ready: leading(() => WORDS.ready.open),
  refused: toChoose,
  ended: toChoose,
  closed: toChoose,
};

/** Nothing here is to be done any more, until the planner has said so. A row that is tapped is done all the same. */
export function CancelledDock({ state, act }: Seen) {
  const number = state.day?.planner_number;
  return (
    <Dock act={act}>{number ? <CallLink number={number} words={WORDS.planner.button} small={number} /> : null}</Dock>
  );
}

export function DoorDock(seen: AtDoor) {
  const { step } = seen.door;
  const Next = DOCKS[step.is] as FunctionComponent<AtDoor & { step: Step }>;
  return <Next {...seen} step={step} />;
}
