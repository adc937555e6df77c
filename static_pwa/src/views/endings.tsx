// How a visit comes to its end: recorded as missed, refused and recorded truly, or ended by something else.
import type { Door } from "../app/door";
import { isSettled } from "../app/door";
import { clockTime } from "../app/times";
import { codeOf } from "./card";
import { Undo } from "./door";
import { declared, factAgainst, outcomeWords, recordRows } from "./facts";
import { Icon } from "./icons";
import {
  Button,
  Dock,
  DoorAnswered,
  doorName,
  Fault,
  Pair,
  Record,
  type Seen,
  ShortPlace,
  SomethingElse,
} from "./parts";
import { codeWords, named, WORDS } from "./words";

export function Ready({ state, act, door }: Seen & { door: Door }) {
  const { ready } = WORDS;
  const declaration = state.day?.declarations.at(-1);
  const { is_declared, fault } = state.draft;
  const record = (): void => {
    if (!declaration) act.draft({ fault: ready.no_declaration });
    else if (!is_declared) act.draft({ fault: ready.untick });
    else act.tap([{ kind: "missed_recorded", own: { declaration: declaration.version } }]);
  };
  const counted = door.rows.filter((row) => !row.text.optional && isSettled(row)).length;
  return (
    <>
      <ShortPlace title={doorName(door.snapshot)} back={WORDS.checks} act={() => act.open("door")} />
      <main data-screen="ready" class="tight">
        <p class="okline head">
          <Icon name="met" size={30} />
          <b>{ready.title(counted)}</b>
        </p>
        <h2 class="over">{ready.record}</h2>
        <Record rows={recordRows(door, codeOf(door))} />
        <p class="small next-words">
          {ready.stays} <b>{ready.stays_open}</b>. {ready.counts}
        </p>
        <label class="declare">
          <input
            type="checkbox"
            checked={is_declared}
            aria-invalid={fault ? "true" : undefined}
            onChange={(event) => act.draft({ is_declared: event.currentTarget.checked })}
          />
          <span>{declared(declaration?.words ?? ready.no_declaration, door)}</span>
        </label>
        <Undo door={door} act={act} />
      </main>
      <Dock>
        <Fault words={fault || state.problem} />
        <Button words={ready.button} act={record} />
        <Pair>
          <DoorAnswered act={act} />
          <SomethingElse act={act} />
        </Pair>
      </Dock>
    </>
  );
}

export function Refused({ state, act, door }: Seen & { door: Door }) {
  const { refused } = WORDS;
  if (door.step.is !== "refused") return null;
  const { row } = door.step;
  const { window } = door.snapshot;
  const arrived = door.events.find(({ kind }) => kind === "arrived");
  const outcome = row.text.otherwise ?? door.verdict.otherwise;
  const is_ours = state.day?.outcomes.find((one) => one.outcome === outcome)?.side === "landlord";
  const number = state.day?.planner_number;
  const is_final = row.verdict.final;
  return (
    <>
      <ShortPlace title={doorName(door.snapshot)} back={WORDS.today} act={() => act.go({ at: "today" })} />
      <main data-screen="refused">
        <Fault words={state.problem} />
        <section class="stop">
          <Icon name="failed" size={44} />
          <h2>{refused.head(factAgainst(door, row))}</h2>
          {outcome ? (
            <p>
              {refused.as} <b>{codeWords(outcome)}</b>
            </p>
          ) : null}
        </section>
        <Record
          rows={[
            [refused.window, WORDS.appointment.window(window.name, window.starts_at, window.ends_at)],
            ...(arrived ? [[refused.arrived, clockTime(arrived.at)] as const] : []),
          ]}
        />
        {is_ours ? <p class="why">{refused.ours}</p> : null}
        {number ? (
          <p class="why">
            {refused.wrong} <a href={`tel:${number.replace(/[^+0-9]/g, "")}`}>{number}</a>. {refused.compare}
          </p>
        ) : null}
        {is_final ? null : (
          <button type="button" class="link" onClick={() => act.decline(row.text.clause, false)}>
            {refused.go_back}
          </button>
        )}
        <Undo door={door} act={act} />
      </main>
      <Dock ask={refused.knock}>
        {outcome ? (
          <Button words={refused.button(outcome)} act={() => act.tap([{ kind: "visit_closed", own: { outcome } }])} />
        ) : (
          <Button words={refused.choose} act={() => act.open("something-else")} />
        )}
        <Pair>
          <Button quiet icon="door" words={refused.in} act={() => act.tap([{ kind: "access_gained", own: {} }])} />
          <SomethingElse act={act} />
        </Pair>
      </Dock>
    </>
  );
}

const CAME = "access_gained";
/** What a visit can come to after what ended it; one of them is chosen, or is the only one. */
const OUTCOMES: Readonly<Record<string, readonly string[]>> = {
  access_gained: ["completed", "follow_on_required", "work_area_not_ready", "no_longer_required"],
  access_refused: ["refused_access"],
  left_unsafe: ["unsafe_to_wait"],
  resident_called: [CAME, "rebooked_by_resident", "cancelled_by_resident", "third_party_access", "no_longer_required"],
  resident_rebooked: ["rebooked_by_resident"],
  wrong_address: ["wrong_address"],
  no_responsible_adult: ["no_responsible_adult"],
  welfare_concern: ["welfare_concern"],
};
const BY_PLANNER: Readonly<Record<string, readonly string[]>> = {
  resident_coming: [CAME, "rebooked_by_resident"],
  rebooked: ["rebooked_by_resident"],
  welfare_check: ["welfare_concern"],
};
const ANY = [
  CAME,
  "completed",
  "rebooked_by_resident",
  "cancelled_by_resident",
  "no_longer_required",
  "welfare_concern",
  "unsafe_to_wait",
];

export function Ended({ state, act, door }: Seen & { door: Door }) {
  const { ended } = WORDS;
  if (door.step.is !== "ended") return null;
  const { by } = door.step;
  const got_in = door.events.some(({ kind }) => kind === CAME);
  const kind = got_in ? CAME : by.kind;
  const outcomes = OUTCOMES[kind] ?? BY_PLANNER[String(by.instruction)] ?? ANY;
  const choose = (outcome: string) => () =>
    act.tap(outcome === CAME ? [{ kind: CAME, own: {} }] : [{ kind: "visit_closed", own: { outcome } }]);
  const words = (outcome: string): string =>
    outcome === CAME ? ended.came : outcomeWords(outcome, state.day?.outcomes ?? []);
  const number = state.day?.planner_number;
  const only = outcomes.length === 1 ? outcomes[0] : undefined;
  return (
    <>
      <ShortPlace title={doorName(door.snapshot)} back={WORDS.today} act={() => act.go({ at: "today" })} />
      <main data-screen="ended">
        <Fault words={state.problem} />
        <h2>{named(ended.by, kind)}</h2>
        <p class="help">
          {clockTime(by.at)}. {ended.kept}
        </p>
        {only ? null : (
          <>
            <h2 class="gap">{ended.how}</h2>
            <div class="stack">
              {outcomes.map((outcome) => (
                <Button key={outcome} quiet words={words(outcome)} act={choose(outcome)} />
              ))}
            </div>
          </>
        )}
        {number && only ? (
          <p class="why">
            {ended.tell}: <a href={`tel:${number.replace(/[^+0-9]/g, "")}`}>{number}</a>
          </p>
        ) : null}
        <Undo door={door} act={act} />
      </main>
      <Dock ask={only ? words(only) : undefined}>
        {only ? <Button words={ended.close} act={choose(only)} /> : null}
        <div class="pair pair--one">
          <SomethingElse act={act} />
        </div>
      </Dock>
    </>
  );
}

export function After({ state, act, door }: Seen & { door: Door }) {
  const { after } = WORDS;
  const { visit } = door;
  const standing = state.standings[visit.basis.visit_id];
  const closing = visit.events.findLast(
    ({ event }) => event.kind === "missed_recorded" || event.kind === "visit_closed",
  );
  const is_missed = closing?.event.kind === "missed_recorded";
  const is_unsent = visit.events.some(({ seq }) => seq > state.queue.acked);
  const name = standing?.standing ?? "";
  const heads: Record<string, string> = {
    pending_corroboration: after.pending,
    recorded: after.recorded,
    upheld: after.upheld,
    overturned: after.overturned(standing?.outcome ?? ""),
    returned: after.returned,
    refused: after.refused,
  };
  const here = is_missed ? after.recorded_here : after.closed_as(String(closing?.event.outcome ?? ""));
  const is_back = name === "returned" || name === "refused";
  return (
    <>
      <ShortPlace title={doorName(door.snapshot)} back={WORDS.today} act={() => act.go({ at: "today" })} />
      <main data-screen="after" data-standing={name}>
        <Fault words={state.problem} />
        <p class="okline head">
          <Icon name={is_back ? "failed" : "met"} size={30} />
          <b>{heads[name] ?? here}</b>
        </p>
        {heads[name] ? <p class="help">{here}</p> : null}
        <p class="help">{is_unsent ? after.not_sent : after.with_office}</p>
        {state.photos
          .filter((photo) => photo.visit_id === visit.basis.visit_id && photo.unreadable_why)
          .map((photo) => (
            <Fault key={photo.sha256} words={after.unreadable(photo.unreadable_why ?? "")} />
          ))}
        {standing?.decision_reason ? <p class="quote">{standing.decision_reason}</p> : null}
        {standing?.awaiting?.length ? (
          <>
            <h2>{after.awaiting}</h2>
            <ul class="plain">
              {standing.awaiting.map((proof) => (
                <li key={proof}>{named(after.proofs, proof)}</li>
              ))}
            </ul>
          </>
        ) : null}
        {standing?.reasons?.length && name !== "recorded" ? (
          <ul class="plain">
            {standing.reasons.map(({ reason, words, clause }) => (
              <li key={`${reason}${clause ?? ""}`}>{words}</li>
            ))}
          </ul>
        ) : null}
        {is_missed ? (
          <p class="help">
            {WORDS.ready.stays} {WORDS.ready.stays_open}. {after.what_now}
          </p>
        ) : null}
      </main>
      <Dock>
        <Button words={after.next} act={() => act.go({ at: "today" })} />
        <Pair>
          {is_missed ? (
            <Button quiet icon="door" words={after.came} act={() => act.tap([{ kind: CAME, own: {} }])} />
          ) : null}
          <Button quiet words={after.note} act={() => act.open("add-note")} />
        </Pair>
      </Dock>
    </>
  );
}
