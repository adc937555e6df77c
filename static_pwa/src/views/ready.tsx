// Everything is done or skipped: the record is read, declared and made.
import { type Door, isSettled, lastOf } from "../app/door";
import { codeOf } from "./card";
import { declarationOf } from "./clause_words";
import { Undo } from "./door";
import { declared, recordRows } from "./facts";
import { type AtDoor, Button, Dock, Done, DoorAnswered, Fault, Page, Record } from "./parts";
import { WORDS } from "./words";

/** What the record rests on that the office must have first. */
function proofs({ events }: Door): string {
  const { photo, planner_call, attestation } = WORDS.after.proofs;
  const all = [
    lastOf(events, "card_photographed", "door_photographed") ? photo : "",
    lastOf(events, "planner_contacted") ? planner_call : "",
    lastOf(events, "notification_attested", "slot_attested") ? attestation : "",
  ];
  return all.filter(Boolean).join(WORDS.and);
}

export function Ready(seen: AtDoor) {
  const { state, act, door } = seen;
  const { ready } = WORDS;
  const declaration = declarationOf(state.day);
  const { is_declared, fault } = state.draft;
  const record = (): void => {
    if (!declaration) act.draft({ fault: ready.no_declaration });
    else if (!is_declared) {
      act.draft({ fault: ready.untick });
      // On a short screen what is to be ticked may be out of view: once the error is drawn, focusing brings it back.
      setTimeout(() => document.querySelector<HTMLElement>(".declare input")?.focus());
    } else act.tap("missed_recorded", { declaration: declaration.version });
  };
  const counted = door.rows.filter((row) => !row.text.optional && isSettled(row));
  const skipped = counted.filter(({ verdict }) => verdict.status === "waived").length;
  const awaited = proofs(door);
  const dock = (
    <Dock act={act} beside={<DoorAnswered act={act} />}>
      <Fault words={fault || state.problem} />
      <Button words={ready.button} act={record} />
    </Dock>
  );
  return (
    <Page seen={seen} name="ready" is={fault ? "not-ticked" : undefined} to="door" is_tight has_own_fault dock={dock}>
      <Done
        words={skipped > 0 ? ready.skipped(counted.length - skipped, skipped) : ready.title(counted.length)}
        icon={skipped > 0 ? "waived" : "met"}
      />
      <Undo door={door} act={act} />
      <h2 class="over">{ready.record}</h2>
      <Record rows={recordRows(door, codeOf(door))} />
      <p class="small next-words">
        {ready.stays} <b>{ready.stays_open}</b>. {awaited ? ready.counts(awaited) : ""}{" "}
        {skipped > 0 ? WORDS.waive.reviewed : ""}
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
    </Page>
  );
}
