// How a visit comes to its end: recorded as missed, refused and recorded truly, or ended by something else.
import { isSettled, lastOf } from "../app/door";
import { isUnsent } from "../app/shown";
import { clockTime } from "../app/times";
import { CLOSING } from "../domain/events";
import { codeOf } from "./card";
import { Undo } from "./door";
import { declared, factAgainst, outcomeWords, recordRows } from "./facts";
import { Icon } from "./icons";
import { type AtDoor, Button, Dock, DoorAnswered, dial, Fault, Link, Page, Record } from "./parts";
import { codeWords, named, WORDS } from "./words";

const CAME = "access_gained";

export function Ready(seen: AtDoor) {
  const { state, act, door } = seen;
  const { ready } = WORDS;
  const declaration = state.day?.declarations.at(-1);
  const { is_declared, fault } = state.draft;
  const record = (): void => {
    if (!declaration) act.draft({ fault: ready.no_declaration });
    else if (!is_declared) act.draft({ fault: ready.untick });
    else act.tap("missed_recorded", { declaration: declaration.version });
  };
  const counted = door.rows.filter((row) => !row.text.optional && isSettled(row)).length;
  const dock = (
    <Dock act={act} beside={<DoorAnswered act={act} />}>
      <Fault words={fault || state.problem} />
      <Button words={ready.button} act={record} />
    </Dock>
  );
  return (
    <Page seen={seen} name="ready" to="door" is_tight has_own_fault dock={dock}>
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
    </Page>
  );
}

export function Refused(seen: AtDoor) {
  const { state, act, door } = seen;
  const { refused } = WORDS;
  if (door.step.is !== "refused") return null;
  const { row } = door.step;
  const { window } = door.snapshot;
  const arrived = door.events.find(({ kind }) => kind === "arrived");
  const outcome = row.text.otherwise ?? door.verdict.otherwise;
  const is_ours = state.day?.outcomes.find((one) => one.outcome === outcome)?.side === "landlord";
  const number = state.day?.planner_number;
  const dock = (
    <Dock
      ask={refused.knock}
      act={act}
      beside={<Button quiet icon="door" words={refused.in} act={() => act.tap(CAME)} />}
    >
      {outcome ? (
        <Button words={refused.button(outcome)} act={() => act.tap("visit_closed", { outcome })} />
      ) : (
        <Button words={refused.choose} act={() => act.open("something-else")} />
      )}
    </Dock>
  );
  return (
    <Page seen={seen} name="refused" to="today" dock={dock}>
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
          {refused.wrong} <a href={dial(number)}>{number}</a>. {refused.compare}
        </p>
      ) : null}
      {row.verdict.final ? null : <Link words={refused.go_back} act={() => act.decline(row.text.clause, false)} />}
      <Undo door={door} act={act} />
    </Page>
  );
}

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

export function Ended(seen: AtDoor) {
  const { state, act, door } = seen;
  const { ended } = WORDS;
  if (door.step.is !== "ended") return null;
  const { by } = door.step;
  const kind = lastOf(door.events, CAME) ? CAME : by.kind;
  const outcomes = OUTCOMES[kind] ?? BY_PLANNER[String(by.instruction)] ?? ANY;
  const choose = (outcome: string) => () => (outcome === CAME ? act.tap(CAME) : act.tap("visit_closed", { outcome }));
  const words = (outcome: string): string =>
    outcome === CAME ? ended.came : outcomeWords(outcome, state.day?.outcomes ?? []);
  const number = state.day?.planner_number;
  const only = outcomes.length === 1 ? outcomes[0] : undefined;
  const dock = (
    <Dock ask={only ? words(only) : undefined} act={act}>
      {only ? <Button words={ended.close} act={choose(only)} /> : null}
    </Dock>
  );
  return (
    <Page seen={seen} name="ended" to="today" dock={dock}>
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
          {ended.tell}: <a href={dial(number)}>{number}</a>
        </p>
      ) : null}
      <Undo door={door} act={act} />
    </Page>
  );
}

export function After(seen: AtDoor) {
  const { state, act, door } = seen;
  const { after } = WORDS;
  const { basis, events } = door.visit;
  const standing = state.standings[basis.visit_id];
  const closing = lastOf(door.events, ...CLOSING);
  const is_missed = closing?.kind === "missed_recorded";
  const came = door.events.find(({ kind, n }) => kind === CAME && n > (closing?.n ?? 0));
  const is_unsent = events.some((event) => isUnsent(state, event));
  const name = standing?.standing ?? "";
  const heads: Record<string, string> = {
    pending_corroboration: after.pending,
    recorded: after.recorded,
    upheld: after.upheld,
    overturned: after.overturned(standing?.outcome ?? ""),
    returned: after.returned,
    refused: after.refused,
  };
  const here = is_missed ? after.recorded_here : after.closed_as(String(closing?.outcome ?? ""));
  const is_back = name === "returned" || name === "refused";
  const may_come = is_missed && !came;
  const dock = (
    <Dock>
      <Button words={after.next} act={() => act.go({ at: "today" })} />
      <div class={may_come ? "pair" : "pair pair--one"}>
        {may_come ? <Button quiet icon="door" words={after.came} act={() => act.tap(CAME)} /> : null}
        <Button quiet words={after.note} act={() => act.open("add-note")} />
      </div>
    </Dock>
  );
  return (
    <Page seen={seen} name="after" to="today" standing={name} dock={dock}>
      <p class="okline head">
        <Icon name={is_back ? "failed" : "met"} size={30} />
        <b>{heads[name] ?? here}</b>
      </p>
      {heads[name] ? <p class="help">{here}</p> : null}
      {came ? <p class="why">{after.has_come(came.at)}</p> : null}
      <p class="help">{is_unsent ? after.not_sent : after.with_office}</p>
      {state.photos.map(({ sha256, visit_id, unreadable_why }) =>
        visit_id === basis.visit_id && unreadable_why ? (
          <Fault key={sha256} words={after.unreadable(unreadable_why)} />
        ) : null,
      )}
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
      {may_come ? (
        <p class="help">
          {WORDS.ready.stays} {WORDS.ready.stays_open}. {after.what_now}
        </p>
      ) : null}
    </Page>
  );
}
