// The checklist: every clause in the policy's order, its shape, and the reason for where it stands.
import type { Door, Row } from "../app/door";
import { isSettled } from "../app/door";
import { clauseWords } from "./clause_words";
import { stateWords } from "./facts";
import { Icon } from "./icons";
import type { Seen } from "./parts";
import { WORDS } from "./words";

function Clause({ door, row, now, act }: { door: Door; row: Row; now: string | null; act: Seen["act"] }) {
  const { clause } = row.text;
  const { status } = row.verdict;
  const is_now = clause === now;
  const may_choose = status === "open" && !is_now;
  const inside = (
    <>
      <Icon name={status} />
      <span>
        <span class="step__title">{clauseWords(door, row.text).title}</span>
        <span class="step__state">{stateWords(door, row, is_now)}</span>
      </span>
      {may_choose ? <Icon name="chev" size={20} /> : null}
    </>
  );
  return (
    <li
      class={`step step--${status}${is_now && status === "open" ? " step--now" : ""}`}
      data-clause={clause}
      data-status={status}
    >
      {may_choose ? (
        <button type="button" class="step__in" onClick={() => act.choose(clause)}>
          {inside}
        </button>
      ) : (
        <div class="step__in">{inside}</div>
      )}
    </li>
  );
}

export function Rows({ door, now, act }: { door: Door; now: string | null; act: Seen["act"] }) {
  const counted = door.rows.filter(({ text }) => !text.optional);
  const done = counted.filter(isSettled);
  const rest = counted.filter((row) => !isSettled(row));
  const clause = (row: Row) => <Clause key={row.text.clause} door={door} row={row} now={now} act={act} />;
  return (
    <>
      {done.length > 0 ? (
        <details class="done">
          <summary>
            <Icon name="met" />
            {WORDS.steps.done(done.length)}
            <span class="when-shut">{WORDS.steps.show}</span>
            <span class="when-open">{WORDS.steps.hide}</span>
          </summary>
          <ul class="steps">{done.map(clause)}</ul>
        </details>
      ) : null}
      <ul class="steps">{rest.map(clause)}</ul>
    </>
  );
}
