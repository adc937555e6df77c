// After a visit is closed: where it stands with the office, and, where it came back, the answer to it.
import { lastOf } from "../app/door";
import { answerTo, isUnsent } from "../app/shown";
import { CLOSING } from "../domain/events";
import { clauseWords, isOurs, outcomeWords } from "./clause_words";
import { type AtDoor, Button, Dock, Done, Fault, Page } from "./parts";
import { named, WORDS } from "./words";

const CAME = "access_gained";

function List({ title, all }: { title?: string; all: readonly string[] }) {
  return all.length > 0 ? (
    <>
      {title ? <h2>{title}</h2> : null}
      <ul class="plain">
        {all.map((words) => (
          <li key={words}>{words}</li>
        ))}
      </ul>
    </>
  ) : null;
}

export function After(seen: AtDoor) {
  const { state, act, door } = seen;
  const { after } = WORDS;
  const { basis, events } = door.visit;
  const standing = state.standings[basis.visit_id];
  const closing = lastOf(door.events, ...CLOSING);
  const is_missed = closing?.kind === "missed_recorded";
  const said = door.events.filter(({ n }) => n > (closing?.n ?? 0));
  const came = said.find(({ kind }) => kind === CAME);
  const is_unsent = events.some((event) => isUnsent(state, event));
  const name = standing?.standing ?? "";
  const answer = answerTo(state, door.visit, standing);
  const is_back = name === "returned" || name === "refused";
  const may_come = is_missed && !came;
  const must_explain = closing?.outcome === "unsafe_to_wait" && !lastOf(said, "note_added");
  const here = is_missed ? after.recorded_here : outcomeWords(String(closing?.outcome ?? ""), state.day);
  const head = name === "overturned" ? after.overturned(outcomeWords(standing?.outcome ?? "", state.day)) : "";
  const title = head || (name in after.heads ? named(after.heads, name) : here);
  const outcome = standing?.outcome ?? String(closing?.outcome ?? "");
  const is_waiting = name === "pending_corroboration";
  // A tick is for what went well or stands; a decision against us, or our own miss, is told without one.
  const is_plain = name === "overturned" || isOurs(outcome, state.day);
  const reasons = (name === "refused" && standing?.reasons) || [];
  const clauses = basis.policy.clauses;
  const why = reasons.map(({ clause, words }) => {
    const text = clauses.find((one) => one.clause === clause);
    return text ? clauseWords(door, text).title : words;
  });
  const is_asked = answer?.is === "asked";
  const note = (words: string) => <Button words={words} quiet={!is_asked} act={() => act.open("add-note")} />;
  const dock = (
    <Dock>
      {is_asked ? note(after.answer) : <Button words={after.next} act={() => act.go({ at: "today" })} />}
      <div class={may_come ? "pair" : "pair pair--one"}>
        {may_come ? <Button quiet icon="door" words={after.came} act={() => act.tap(CAME)} /> : null}
        {is_asked ? (
          <Button quiet words={after.next} act={() => act.go({ at: "today" })} />
        ) : (
          note(must_explain ? WORDS.tags.explain : after.note)
        )}
      </div>
    </Dock>
  );
  return (
    <Page
      seen={seen}
      name="after"
      is={must_explain ? "unsafe" : answer ? `${name}-${answer.is}` : came ? "came" : name || "here"}
      to="today"
      dock={dock}
    >
      <Done words={title} icon={is_back ? "failed" : is_waiting ? "waiting" : is_plain ? "door" : "met"} />
      {title === here ? null : <p class="help">{here}</p>}
      {is_missed ? null : <p class="help">{after.closed}</p>}
      {must_explain ? <p class="why">{WORDS.else.unsafe_help}</p> : null}
      {came ? <p class="why">{after.has_come(came.at)}</p> : null}
      {standing?.decision_reason ? (
        <>
          <h2>{after.said}</h2>
          <p class="quote">{standing.decision_reason}</p>
        </>
      ) : null}
      <List title={after.not_met} all={why} />
      {is_back && standing?.otherwise ? (
        <p class="help">{after.may_be(outcomeWords(standing.otherwise, state.day))}</p>
      ) : null}
      {answer && answer.is !== "asked" ? (
        <p class="why">
          {after.answered(answer.at)} {answer.is === "saved" ? after.not_sent : after.looked_at}
        </p>
      ) : answer && !is_unsent ? null : (
        <p class="help">{is_unsent ? after.not_sent : after.with_office}</p>
      )}
      {is_back ? <p class="help">{after.cannot}</p> : null}
      {state.photos.map(({ sha256, visit_id, unreadable_why }) =>
        visit_id === basis.visit_id && unreadable_why ? (
          <Fault key={sha256} words={after.unreadable(unreadable_why)} />
        ) : null,
      )}
      {is_waiting ? (
        <List title={after.awaiting} all={(standing?.awaiting ?? []).map((proof) => named(after.proofs, proof))} />
      ) : null}
      {may_come && !is_back ? (
        <p class="help">
          {WORDS.ready.stays} {WORDS.ready.stays_open}. {after.what_now}
        </p>
      ) : null}
    </Page>
  );
}
