// How a visit comes to another end than missed: refused and recorded truly, or ended by something else.
import { lastOf } from "../app/door";
import { clockTime } from "../app/times";
import { clauseWords, isOurs, outcomeWords } from "./clause_words";
import { Undo } from "./door";
import { factAgainst, factRows } from "./facts";
import { Icon } from "./icons";
import { type AtDoor, Button, Dock, dial, Link, Page, PlannerNumber, Record } from "./parts";
import { named, WORDS } from "./words";

const CAME = "access_gained";

export function Refused(seen: AtDoor) {
  const { state, act, door } = seen;
  const { refused } = WORDS;
  if (door.step.is !== "refused") return null;
  const { row } = door.step;
  const { why } = clauseWords(door, row.text);
  const outcome = row.text.otherwise ?? door.verdict.otherwise;
  const record = outcome ? refused.button(outcomeWords(outcome, state.day)) : "";
  const number = state.day?.planner_number;
  const dock = (
    <Dock
      ask={refused.knock}
      act={act}
      beside={<Button quiet icon="door" words={refused.in} act={() => act.tap(CAME)} />}
    >
      {outcome ? (
        <Button words={record} act={() => act.tap("visit_closed", { outcome })} />
      ) : (
        <Button words={refused.choose} act={() => act.open("something-else")} />
      )}
    </Dock>
  );
  return (
    <Page seen={seen} name="refused" is={row.text.check} to="today" dock={dock}>
      <Undo door={door} act={act} />
      <section class="stop">
        <Icon name="failed" size={44} />
        <h2>{refused.head(factAgainst(door, row))}</h2>
        {record ? <p>{record}</p> : null}
      </section>
      <Record rows={factRows(door, row)} />
      {outcome && isOurs(outcome, state.day) ? <p class="why">{refused.ours}</p> : null}
      {number ? (
        <p class="why">
          {refused.wrong} <a href={dial(number)}>{number}</a>. {refused.compare}
        </p>
      ) : null}
      {why ? <p class="small quiet">{why}</p> : null}
      {row.verdict.final ? null : <Link words={refused.go_back} act={() => act.decline(row.text.clause, false)} />}
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
  const instruction = String(by.instruction ?? "");
  const outcomes = OUTCOMES[kind] ?? BY_PLANNER[instruction] ?? ANY;
  const choose = (outcome: string) => () => (outcome === CAME ? act.tap(CAME) : act.tap("visit_closed", { outcome }));
  const words = (outcome: string): string =>
    outcome === CAME ? ended.by.access_gained : outcomeWords(outcome, state.day);
  const only = outcomes.length === 1 ? outcomes[0] : undefined;
  const what = BY_PLANNER[instruction] ? instruction : kind;
  const dock = (
    <Dock ask={only ? words(only) : undefined} act={act}>
      {only ? <Button words={ended.close} act={choose(only)} /> : null}
    </Dock>
  );
  return (
    <Page seen={seen} name="ended" is={what} to="today" dock={dock}>
      <Undo door={door} act={act} />
      <h2>{named(ended.by, what)}</h2>
      {by.words ? <p class="quote">{by.words}</p> : null}
      <p class="help">
        {clockTime(by.at)}. {ended.kept} {what in ended.help ? named(ended.help, what) : ""}
      </p>
      {what in ended.help ? <PlannerNumber state={state} /> : null}
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
    </Page>
  );
}
