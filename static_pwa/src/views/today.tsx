// Today: what came back, which door is next, and what became of the ones before.
import type { VNode } from "preact";
import { isClosed } from "../app/door";
import type { ListedAppointment, News, Snapshot, Standing, Visit } from "../app/records";
import { answerTo, isUnsent, ownStandings } from "../app/shown";
import type { State } from "../app/state";
import { clockTime, inOrder, londonDay } from "../app/times";
import { clauseWords, isOurs, outcomeWords } from "./clause_words";
import { Icon } from "./icons";
import { Notices } from "./notices";
import { Button, Dock, doorName, Link, Main, restOfAddress, type Seen } from "./parts";
import { dayName, named, WORDS } from "./words";

interface Listed {
  readonly appointment: ListedAppointment;
  readonly snapshot: Snapshot;
  readonly visit: Visit | undefined;
  readonly standing: Standing | undefined;
  readonly news: News | undefined;
}

function listed(state: State): Listed[] {
  const { day, visits, standings, person } = state;
  const own = ownStandings(state);
  const all = (day?.appointments ?? []).map((appointment) => {
    const { appointment_id } = appointment;
    const mine = visits.filter(
      ({ basis }) => basis.appointment_id === appointment_id && basis.actor_id === person?.person_id,
    );
    const visit = mine.findLast((one) => !isClosed(one)) ?? mine.at(-1);
    const standing = visit
      ? standings[visit.basis.visit_id]
      : own.findLast((one) => one.appointment_id === appointment_id);
    const news = visit ? undefined : day?.news?.find((one) => one.appointment_id === appointment_id);
    return { appointment, snapshot: JSON.parse(appointment.snapshot) as Snapshot, visit, standing, news };
  });
  return inOrder(all, ({ snapshot }) => snapshot.window.starts_at);
}

const isOver = ({ visit, standing, appointment }: Listed): boolean =>
  visit
    ? isClosed(visit)
    : appointment.is_cancelled === true || (standing !== undefined && standing.standing !== "in_progress");
const isAlone = ({ snapshot }: Listed): boolean =>
  snapshot.alerts.some(({ code }) => code === "10" || code.startsWith("10-"));

/** A closed visit that the office does not take as it stands, and that has had no answer yet. */
interface Back {
  readonly standing: Standing;
  readonly visit: Visit | undefined;
  readonly name: string;
  readonly why: string;
  readonly when: string;
  readonly is_asked: boolean;
}

function comeBack(state: State, all: readonly Listed[]): Back[] {
  return ownStandings(state).flatMap((standing): Back[] => {
    const visit = state.visits.find(({ basis }) => basis.visit_id === standing.visit_id);
    const answer = answerTo(state, visit, standing);
    if (!answer || answer.is === "sent") return [];
    const snapshot = visit
      ? (JSON.parse(visit.basis.snapshot) as Snapshot)
      : all.find(({ appointment }) => appointment.appointment_id === standing.appointment_id)?.snapshot;
    // Another day's visit that this phone does not hold comes with its address; what comes with none cannot be named.
    if (!snapshot && !standing.address) return [];
    const policy = visit?.basis.policy;
    const { clause, words = "" } = standing.reasons?.[0] ?? {};
    const text = policy?.clauses.find((one) => one.clause === clause);
    const title = visit && text ? clauseWords({ day: state.day, visit }, text).title : words;
    return [
      {
        standing,
        visit,
        name: snapshot ? doorName(snapshot) : (standing.address ?? ""),
        why:
          answer.is === "saved" ? WORDS.day.answered(answer.at) : standing.decision_reason || WORDS.day.not_met(title),
        is_asked: answer.is === "asked" && standing.standing !== "overturned",
        when: standing.day ? dayName(`${standing.day}T12:00:00Z`) : "",
      },
    ];
  });
}

type Tag = { readonly kind: "back" | "wait" | "done" | "next"; readonly words: string };

function tagOf({ visit, standing, appointment, news, snapshot }: Listed, { day, reading }: State): Tag | null {
  const { tags } = WORDS;
  const closing = visit?.events.find(({ event }) => event.kind === "visit_closed")?.event;
  const outcome = standing?.outcome ?? closing?.outcome;
  switch (standing?.standing) {
    case "returned":
    case "refused":
      return { kind: "back", words: tags[standing.standing] };
    case "pending_corroboration":
      return { kind: "wait", words: tags.pending };
    case "recorded":
    case "upheld":
      return { kind: "done", words: tags.recorded };
  }
  if (appointment.is_cancelled && !visit) return { kind: "wait", words: WORDS.day.cancelled };
  if (news && news.is !== "gone") return { kind: "wait", words: tags[news.is] };
  // Nobody is to travel to a door that they would come to too late without knowing it.
  if (!visit && !standing && Date.parse(snapshot.window.ends_at) < reading.wall)
    return { kind: "wait", words: tags.over };
  if (outcome === "completed") return { kind: "done", words: tags.completed };
  if (visit?.events.some(({ event }) => event.kind === "missed_recorded")) return { kind: "wait", words: tags.pending };
  if (outcome === "unsafe_to_wait" && closing && !visit?.events.some(({ event }) => event.n > closing.n))
    return { kind: "back", words: tags.explain };
  if (outcome)
    return { kind: isOurs(String(outcome), day) ? "wait" : "done", words: outcomeWords(String(outcome), day) };
  return visit && isClosed(visit) ? { kind: "done", words: tags.closed } : null;
}

function TagView({ tag }: { tag: Tag }) {
  return (
    <span class={`tag tag--${tag.kind}`}>
      {tag.kind === "done" ? <Icon name="tick" size={18} /> : null}
      {tag.words}
    </span>
  );
}

const toVisit = ({ act }: Seen, { basis }: Visit): void =>
  act.go({ at: "door", visit_id: basis.visit_id, screen: null });
const toDoor = (seen: Seen, { visit, appointment }: Listed): void =>
  visit ? toVisit(seen, visit) : seen.act.go({ at: "appointment", appointment_id: appointment.appointment_id });

function Line({ one, ...seen }: Seen & { one: Listed }) {
  const { state } = seen;
  const { snapshot, visit } = one;
  const { window } = snapshot;
  const is_over = isOver(one);
  const tag = tagOf(one, state);
  const last = visit?.events.at(-1);
  const is_unsent = visit?.events.some((event) => isUnsent(state, event)) ?? false;
  const after = [
    last ? clockTime(last.event.at) : "",
    is_unsent ? WORDS.tags.not_sent : "",
    answerTo(state, visit, one.standing)?.is === "sent" ? WORDS.tags.answered : "",
  ];
  return (
    <li>
      <button type="button" class="line" onClick={() => toDoor(seen, one)}>
        <span class="l">
          <b>{doorName(snapshot)}</b>
          {is_over && !one.appointment.is_cancelled ? null : (
            <span class="m">
              {visit && !is_over
                ? WORDS.day.at_door
                : WORDS.appointment.window(window.name, window.starts_at, window.ends_at)}
            </span>
          )}
          {tag ? (
            <span class="m">
              <TagView tag={tag} />
              {is_over ? after.filter(Boolean).join(", ") : null}
            </span>
          ) : null}
          {isAlone(one) && !is_over ? (
            <span class="m danger">
              <Icon name="alert" size={22} />
              {WORDS.day.not_alone}
            </span>
          ) : null}
        </span>
        <Icon name="chev" size={20} />
      </button>
    </li>
  );
}

/** What was sent back, on top: it is answered from its own screen, on the phone that made it. */
function BackLine({ back, ...seen }: Seen & { back: Back }) {
  const { visit, standing, name, why, when } = back;
  const { standing: is, outcome } = standing;
  const changed = outcomeWords(outcome ?? "", seen.state.day);
  const inside = (
    <span class="l">
      <b>{name}</b>
      <span class="m">
        <TagView
          tag={{ kind: "back", words: is === "overturned" ? WORDS.after.overturned(changed) : named(WORDS.tags, is) }}
        />
        {when}
      </span>
      <span class="m why-back">{why}</span>
      {visit ? null : <span class="m">{WORDS.day.elsewhere}</span>}
    </span>
  );
  return (
    <li>
      {visit ? (
        <button type="button" class="line" onClick={() => toVisit(seen, visit)}>
          {inside}
          <Icon name="chev" size={20} />
        </button>
      ) : (
        <div class="line">{inside}</div>
      )}
    </li>
  );
}

function Next({ one, state }: { one: Listed; state: State }) {
  const tag = tagOf(one, state);
  const { snapshot, visit } = one;
  const { window, alerts, contact_requests, trade } = snapshot;
  return (
    <section class="next">
      <p class="row">
        <TagView tag={{ kind: "next", words: visit ? WORDS.day.at_door : WORDS.day.next }} />
        <span>
          <b>{window.name}</b> {WORDS.day.slot(window.starts_at, window.ends_at)}
        </span>
      </p>
      <h2>{doorName(snapshot)}</h2>
      {tag ? (
        <p>
          <TagView tag={tag} />
        </p>
      ) : null}
      <p class="quiet small">{[restOfAddress(snapshot), snapshot.description ?? trade].filter(Boolean).join(". ")}</p>
      {alerts.length + contact_requests.length > 0 ? (
        <p class="hints">
          {alerts.length > 0 ? (
            <span>
              <Icon name="alert" size={24} />
              {WORDS.day.alerts(alerts.length)}
            </span>
          ) : null}
          {contact_requests.length > 0 ? (
            <span>
              <Icon name="request" size={24} />
              {WORDS.day.contact_requests(contact_requests.length)}
            </span>
          ) : null}
        </p>
      ) : null}
      {isAlone(one) ? (
        <p class="before">
          <b>{WORDS.day.not_alone}</b>
        </p>
      ) : null}
      {contact_requests.length > 0 && !visit ? (
        <p class="before">
          <b>{WORDS.day.before}</b> {WORDS.day.requests(contact_requests.length)}
        </p>
      ) : null}
    </section>
  );
}

function List<T>({ title, all, of }: { title: string; all: readonly T[]; of: (one: T) => VNode }) {
  return all.length > 0 ? (
    <>
      <h2 class="over">{title}</h2>
      <ul class="list">{all.map(of)}</ul>
    </>
  ) : null;
}

/** What the screen is like; without a next visit, why there is none. */
function looks(state: State, all: readonly Listed[], next: Listed | undefined): string {
  if (state.device.is_updating) return "updating";
  if (!state.day) return "not-loaded";
  if (state.needs_sign_in) return "signed-out";
  if (state.day.date !== londonDay(state.reading.wall)) return "old";
  return next ? "next" : all.length > 0 ? "all-done" : "none";
}

export function Today(seen: Seen) {
  const { state, act } = seen;
  const { day } = WORDS;
  const all = listed(state);
  const back = comeBack(state, all);
  const coming = all.filter((one) => !isOver(one));
  const next = coming.find(({ visit }) => visit) ?? coming[0];
  const gone = (state.day?.news ?? []).filter((one) => one.is === "gone");
  const is = looks(state, all, next);
  const line = (one: Listed) => <Line key={one.appointment.appointment_id} one={one} {...seen} />;
  const is_left =
    back.some(({ is_asked }) => is_asked) || all.some((one) => tagOf(one, state)?.words === WORDS.tags.explain);
  const done = is_left ? day.left : day.all_done;
  const sentBack = (one: Back) => <BackLine key={one.standing.visit_id} back={one} {...seen} />;
  const said: Readonly<Record<string, string>> = {
    "signed-out": day.signed_out,
    old: day.old(state.day?.date ?? ""),
    none: day.none_help,
  };
  const empty: Readonly<Record<string, string>> = { "not-loaded": day.not_loaded, "all-done": done };
  return (
    <>
      <header class="top">
        <h1>{WORDS.today}</h1>
        <p>{dayName(state.reading.wall)}</p>
        <p class="who">{state.person?.name}</p>
      </header>
      <Main screen="today" is={is}>
        <Notices {...seen} />
        {next ? null : <p class="empty">{empty[is] ?? (all.length > 0 ? done : day.none)}</p>}
        {said[is] ? <p class="help">{said[is]}</p> : null}
        <List title={day.back} all={back.filter(({ visit }) => visit)} of={sentBack} />
        {next ? <Next one={next} state={state} /> : null}
        <List title={day.later} all={coming.filter((one) => one !== next)} of={line} />
        <List
          title={day.earlier}
          all={all.filter((one) => isOver(one) && !back.some(({ standing }) => standing === one.standing))}
          of={line}
        />
        <List title={day.back} all={back.filter(({ visit }) => !visit)} of={sentBack} />
        <List
          title={day.gone}
          all={gone}
          of={({ appointment_id, was = "{}" }) => (
            <li key={appointment_id} class="line">
              <span class="l">
                <b>{doorName(JSON.parse(was) as Snapshot)}</b>
                <span class="m">{day.gone_help}</span>
              </span>
            </li>
          )}
        />
        <Link words={WORDS.settings.title} act={() => act.go({ at: "settings" })} />
      </Main>
      <Dock>
        {next ? (
          <Button words={next.visit ? day.resume : day.go} act={() => toDoor(seen, next)} />
        ) : (
          <Button quiet words={state.is_sending ? day.updating : day.refresh} act={act.sendNow} />
        )}
      </Dock>
    </>
  );
}
