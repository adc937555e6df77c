// Everything is done: the record is read, declared and made.
import { isSettled } from "../app/door";
import { codeOf } from "./card";
import { declarationOf } from "./clause_words";
import { Undo } from "./door";
import { declared, recordRows } from "./facts";
import { type AtDoor, Button, Dock, Done, DoorAnswered, Fault, Page, Record } from "./parts";
import { WORDS } from "./words";

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
  const counted = door.rows.filter((row) => !row.text.optional && isSettled(row)).length;
  const dock = (
    <Dock act={act} beside={<DoorAnswered act={act} />}>
      <Fault words={fault || state.problem} />
      <Button words={ready.button} act={record} />
    </Dock>
  );
  return (
    <Page seen={seen} name="ready" is={fault ? "not-ticked" : undefined} to="door" is_tight has_own_fault dock={dock}>
      <Done words={ready.title(counted)} />
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
