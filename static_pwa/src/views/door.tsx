// At the door: where the visit stands, and the one next thing to do.
import { type Door, isSettled, lastOf, lastSlip, loggedCall, nextWait, numbersLeft } from "../app/door";
import { clockTime } from "../app/times";
import { Around, Known } from "./appointment";
import { AttestChoices, CancelledDock, DoorDock } from "./dock";
import { Icon } from "./icons";
import { type AtDoor, Back, Done, doorName, Fault, Main, restOfAddress, reveal, type Seen, ShortPlace } from "./parts";
import { Ring } from "./ring";
import { Rows } from "./rows";
import { kindName, named, WORDS } from "./words";

function Requests({ door }: { door: Door }) {
  const { contact_requests } = door.snapshot;
  const { step } = door;
  return (
    <>
      {contact_requests.map(({ request_id, text }, index) => {
        const answers = door.events.filter(
          (event) => event.kind === "contact_request_followed" && event.request_id === request_id,
        );
        const is_done = answers.some(({ followed }) => followed === true);
        const is_now = step.is === "request" && step.index === index;
        const state = is_done ? `: ${WORDS.request.done}` : answers.length > 0 ? `: ${WORDS.request.not_done}` : "";
        return (
          <div
            key={request_id}
            ref={is_now ? reveal : null}
            class={`card${is_now ? " card--now" : is_done ? " card--done" : ""}`}
          >
            <Icon name={is_done ? "met" : "open"} />
            <div>
              <p class="over">
                {WORDS.appointment.request(index + 1, contact_requests.length)}
                {state}
              </p>
              <p class={is_now ? "now" : "t"}>{text}</p>
            </div>
          </div>
        );
      })}
    </>
  );
}

function LongPlace({ door, act }: { door: Door; act: Seen["act"] }) {
  const { snapshot } = door;
  const arrived = lastOf(door.events, "arrived");
  return (
    <header class="place">
      <Back words={WORDS.today} act={() => act.go({ at: "today" })} />
      <h1>{doorName(snapshot)}</h1>
      <p>
        {restOfAddress(snapshot)}.{" "}
        {WORDS.appointment.window(snapshot.window.name, snapshot.window.starts_at, snapshot.window.ends_at)}
      </p>
      {arrived ? (
        <p class="okline">
          <Icon name="met" size={22} />
          <span>
            {WORDS.arrive.done} <b>{clockTime(arrived.at)}</b>
          </span>
        </p>
      ) : null}
    </header>
  );
}

export function Undo({ door, act }: { door: Door; act: Seen["act"] }) {
  const slip = lastSlip(door);
  if (!slip) return null;
  const { event, left_ms } = slip;
  const what = `${kindName(event)} ${clockTime(event.at)}`;
  return (
    <button
      type="button"
      class="link undo"
      onClick={() => act.tap("event_withdrawn", { withdrawn_n: event.n, reason: "slip of the thumb" })}
    >
      {WORDS.undo(what, left_ms)}
    </button>
  );
}

/** What the door is like now, where one step has several looks. */
function stateOf({ state, door }: AtDoor): string {
  const { step } = door;
  switch (step.is) {
    case "arrive":
      return state.busy === "place" ? "finding-place" : step.is;
    case "request":
      return step.is_repair ? "request-again" : step.is;
    case "knock":
      return step.wait_ms > 0 ? "knock-too-soon" : step.row.verdict.evidence.length > 0 ? "knock-again" : step.is;
    case "call":
      return numbersLeft(door).length > 0
        ? step.is
        : door.snapshot.phone_numbers?.length
          ? "numbers-dead"
          : "no-number";
    case "planner":
      return loggedCall(door, state.calls) ? "planner-logged" : step.is;
    case "wait":
      return step.is_early ? "early" : step.is;
    default:
      return step.is;
  }
}

/** Why no place was noted: nothing is lost by it, and nobody is to think so. */
function NoPlace({ door }: { door: Door }) {
  const why = lastOf(door.events, "arrived")?.place_missing;
  return why ? (
    <p class="help" data-place={why}>
      {named(WORDS.arrive.no_place, String(why))}
    </p>
  ) : null;
}

export function DoorView(seen: AtDoor) {
  const { state, act, door } = seen;
  const { step, rows, snapshot } = door;
  const has_begun = lastOf(door.events, "door_knocked", "resident_called") !== undefined;
  const is_before = !has_begun && (step.is === "arrive" || (step.is === "request" && !step.is_repair));
  const listed = state.day?.appointments.find((one) => one.appointment_id === door.visit.basis.appointment_id);
  const is_stopped = listed?.is_cancelled === true && state.choices.chosen === null;
  const now = "row" in step && !is_stopped ? step.row.text.clause : null;
  const counted = rows.filter(({ text }) => !text.optional);
  const failed = counted.filter(({ verdict }) => verdict.status === "failed").length;
  const has_waited = rows.some(({ text, verdict }) => text.check === "elapsed" && Number(verdict.t) > 0);
  const is_quiet = snapshot.alerts.length + snapshot.contact_requests.length === 0;
  return (
    <>
      {is_before ? (
        <LongPlace door={door} act={act} />
      ) : (
        <ShortPlace title={doorName(snapshot)} back={WORDS.today} act={() => act.go({ at: "today" })} />
      )}
      <Main screen="door" is={is_stopped ? "cancelled" : stateOf(seen)}>
        <Fault words={state.problem} />
        <Fault words={listed?.is_cancelled ? WORDS.changed.cancelled : ""} />
        {is_before ? null : <Ring door={door} />}
        <Undo door={door} act={act} />
        {has_waited && !nextWait(rows) ? <Done words={WORDS.wait.over} /> : null}
        {failed > 0 ? (
          <p class="sum">
            <b>{WORDS.steps.of(counted.filter(isSettled).length, counted.length)}</b> {WORDS.steps.failed(failed)}
          </p>
        ) : null}
        {has_begun ? null : <NoPlace door={door} />}
        {is_before ? <h2 class="gap">{WORDS.request.before}</h2> : null}
        {is_before && is_quiet ? <p class="help">{WORDS.request.none}</p> : null}
        {has_begun ? null : <Known snapshot={snapshot} />}
        {!has_begun || step.is === "request" ? <Requests door={door} /> : null}
        {step.is === "arrive" ? (
          <>
            <Around snapshot={snapshot} listed={listed} day={state.day} />
            <p class="help">{state.busy === "place" ? WORDS.arrive.place : WORDS.arrive.privacy}</p>
          </>
        ) : null}
        {step.is === "attest" ? <AttestChoices state={state} act={act} clause={step.row.text.clause} /> : null}
        {step.is === "arrive" ? null : <Rows door={door} now={now} act={act} />}
      </Main>
      {is_stopped ? <CancelledDock state={state} act={act} /> : <DoorDock state={state} act={act} door={door} />}
    </>
  );
}
