// Today: which door is next, and what became of the ones before.
import { isClosed } from "../app/door";
import type { ListedAppointment, Snapshot, Standing, Visit } from "../app/records";
import { isUnsent } from "../app/shown";
import type { State } from "../app/state";
import { clockTime, inOrder, londonDay } from "../app/times";
import { Icon } from "./icons";
import { Dock, doorName, restOfAddress, type Seen } from "./parts";
import { codeWords, dayName, WORDS } from "./words";

interface Listed {
  readonly appointment: ListedAppointment;
  readonly snapshot: Snapshot;
  readonly visit: Visit | undefined;
  readonly standing: Standing | undefined;
}

function listed(state: State): Listed[] {
  const all = (state.day?.appointments ?? []).map((appointment) => {
    const mine = state.visits.filter(
      ({ basis }) => basis.appointment_id === appointment.appointment_id && basis.actor_id === state.person?.person_id,
    );
    const visit = mine.findLast((one) => !isClosed(one)) ?? mine.at(-1);
    const known = Object.values(state.standings);
    const standing = visit
      ? state.standings[visit.basis.visit_id]
      : known.findLast((one) => one.appointment_id === appointment.appointment_id);
    return { appointment, snapshot: JSON.parse(appointment.snapshot) as Snapshot, visit, standing };
  });
  return inOrder(all, ({ snapshot }) => snapshot.window.starts_at);
}

const isOver = ({ visit, standing, appointment }: Listed): boolean =>
  visit
    ? isClosed(visit)
    : appointment.is_cancelled === true || (standing !== undefined && standing.standing !== "in_progress");
const isAlone = ({ snapshot }: Listed): boolean =>
  snapshot.alerts.some(({ code }) => code === "10" || code.startsWith("10-"));

function tagOf({ visit, standing, appointment }: Listed): { kind: string; words: string } {
  const { tags } = WORDS;
  const closed = visit?.events.find(({ event }) => event.kind === "visit_closed")?.event.outcome;
  const outcome = standing?.outcome ?? (closed === undefined ? null : String(closed));
  switch (standing?.standing) {
    case "returned":
      return { kind: "tag--back", words: tags.returned };
    case "refused":
      return { kind: "tag--back", words: tags.refused };
    case "pending_corroboration":
      return { kind: "tag--wait", words: tags.pending };
    case "recorded":
    case "upheld":
      return { kind: "tag--done", words: tags.recorded };
  }
  if (appointment.is_cancelled && !visit) return { kind: "tag--wait", words: WORDS.day.cancelled };
  if (outcome === "completed") return { kind: "tag--done", words: tags.completed };
  if (visit?.events.some(({ event }) => event.kind === "missed_recorded"))
    return { kind: "tag--wait", words: tags.pending };
  return { kind: "tag--done", words: outcome ? codeWords(outcome) : tags.closed };
}

function Line({ one, state, act }: Seen & { one: Listed }) {
  const { snapshot, visit } = one;
  const { window } = snapshot;
  const is_over = isOver(one);
  const tag = tagOf(one);
  const last = visit?.events.at(-1);
  const is_unsent = visit?.events.some((event) => isUnsent(state, event)) ?? false;
  const open = (): void =>
    act.go(
      visit
        ? { at: "door", visit_id: visit.basis.visit_id, screen: null }
        : { at: "appointment", appointment_id: one.appointment.appointment_id },
    );
  return (
    <li>
      <button type="button" class="line" onClick={open}>
        <span class="l">
          <b>{doorName(snapshot)}</b>
          {is_over ? (
            <span class="m">
              <span class={`tag ${tag.kind}`}>{tag.words}</span>
              {last ? `${clockTime(last.event.at)}${is_unsent ? `, ${WORDS.tags.not_sent}` : ""}` : null}
            </span>
          ) : (
            <span class="m">
              {visit ? WORDS.day.at_door : WORDS.appointment.window(window.name, window.starts_at, window.ends_at)}
            </span>
          )}
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

function Next({ one }: { one: Listed }) {
  const { snapshot, visit } = one;
  const { window, alerts, contact_requests, trade } = snapshot;
  return (
    <section class="next">
      <p class="row">
        <span class="tag tag--next">{visit ? WORDS.day.at_door : WORDS.day.next}</span>
        <span>
          <b>{window.name}</b> {clockTime(window.starts_at)} to {clockTime(window.ends_at)}
        </span>
      </p>
      <h2>{doorName(snapshot)}</h2>
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

function List({ title, all, state, act }: Seen & { title: string; all: readonly Listed[] }) {
  if (all.length === 0) return null;
  return (
    <>
      <h2 class="over">{title}</h2>
      <ul class="list">
        {all.map((one) => (
          <Line key={one.appointment.appointment_id} one={one} state={state} act={act} />
        ))}
      </ul>
    </>
  );
}

export function Today({ state, act }: Seen) {
  const all = listed(state);
  const is_old = state.day !== null && state.day.date !== londonDay(state.reading.wall);
  const coming = all.filter((one) => !isOver(one));
  const next = coming.find(({ visit }) => visit) ?? coming[0];
  const go = (one: Listed): void =>
    act.go(
      one.visit
        ? { at: "door", visit_id: one.visit.basis.visit_id, screen: null }
        : { at: "appointment", appointment_id: one.appointment.appointment_id },
    );
  return (
    <>
      <header class="top">
        <h1>{WORDS.today}</h1>
        <p>{dayName(state.reading.wall)}</p>
        <p class="who">{state.person?.name}</p>
      </header>
      <main data-screen="today">
        {is_old ? <p class="help">{WORDS.day.old(state.day?.date ?? "")}</p> : null}
        {next ? <Next one={next} /> : null}
        {!next ? <p class="empty">{emptyWords(state, all.length)}</p> : null}
        {all.length === 0 && state.day ? <p class="help">{WORDS.day.none_help}</p> : null}
        <List title={WORDS.day.later} all={coming.filter((one) => one !== next)} state={state} act={act} />
        <List title={WORDS.day.earlier} all={all.filter(isOver)} state={state} act={act} />
        <button type="button" class="link" onClick={() => act.signOut()}>
          {WORDS.sign_in.out}
        </button>
      </main>
      <Dock>
        {next ? (
          <button type="button" class="button" onClick={() => go(next)}>
            {next.visit ? WORDS.day.resume : WORDS.day.go}
          </button>
        ) : (
          <button type="button" class="button2" onClick={() => act.sendNow()}>
            {WORDS.day.refresh}
          </button>
        )}
      </Dock>
    </>
  );
}

function emptyWords(state: State, count: number): string {
  if (!state.day) return WORDS.day.not_loaded;
  return count > 0 ? WORDS.day.all_done : WORDS.day.none;
}
