// One appointment before its visit: where, when, and what must be known before the door.
import type { Day, ListedAppointment, Snapshot } from "../app/records";
import { differences } from "./changed";
import { outcomeWords } from "./clause_words";
import { Icon } from "./icons";
import { Notices } from "./notices";
import { Back, Button, Dock, doorName, Fault, Main, restOfAddress, type Seen } from "./parts";
import { alertName, WORDS } from "./words";

/** Alerts as they stand today, and requests as they were written, never cut. */
export function Known({ snapshot }: { snapshot: Snapshot }) {
  return (
    <>
      {snapshot.alerts.map(({ code, text }) => (
        <div key={code + text} class="card card--alert">
          <Icon name="alert" />
          <div>
            <p>
              <b>{WORDS.appointment.alert(alertName(code))}</b>
            </p>
            <p class="t">{text}</p>
          </div>
        </div>
      ))}
    </>
  );
}

function Fact({ icon, words }: { icon: string; words: string }) {
  return (
    <p class="row">
      <Icon name={icon} size={22} />
      <span>{words}</span>
    </p>
  );
}

/** Who else comes or came here, and the key safe: what is said of a visit besides alerts and requests. */
export function Around(props: { snapshot: Snapshot; listed: ListedAppointment | undefined; day: Day | null }) {
  const { snapshot, listed, day } = props;
  const { around } = WORDS;
  const { key_safe } = snapshot;
  const others = (listed?.operatives ?? 1) - 1;
  return (
    <>
      {others > 0 ? <Fact icon="child" words={around.others(others)} /> : null}
      {listed?.here_before?.map(({ arrived_at, outcome }) => (
        <Fact
          key={arrived_at}
          icon="door"
          words={outcome ? around.here_as(arrived_at, outcomeWords(outcome, day)) : around.here(arrived_at)}
        />
      ))}
      {key_safe ? <Fact icon="blocked" words={key_safe.has_consent ? around.key_safe : around.no_key_safe} /> : null}
    </>
  );
}

export function AppointmentView({ state, act }: Seen) {
  const appointment_id = state.route.at === "appointment" ? state.route.appointment_id : "";
  const listed = state.day?.appointments.find((one) => one.appointment_id === appointment_id);
  const today = (): void => act.go({ at: "today" });
  if (!listed) {
    return (
      <>
        <Main screen="appointment" is="gone">
          <Fault words={WORDS.day.gone_help} />
        </Main>
        <Dock>
          <Button words={WORDS.after.next} act={today} />
        </Dock>
      </>
    );
  }
  const snapshot = JSON.parse(listed.snapshot) as Snapshot;
  const { window, contact_requests, work_order_ref, trade, description } = snapshot;
  const was = state.day?.news?.find((one) => one.appointment_id === appointment_id && one.is === "changed")?.was;
  return (
    <>
      <header class="place">
        <Back words={WORDS.today} act={today} />
        <h1>{doorName(snapshot)}</h1>
        <p>{restOfAddress(snapshot)}</p>
        <p>{WORDS.appointment.window(window.name, window.starts_at, window.ends_at)}</p>
      </header>
      <Main screen="appointment" is={listed.is_cancelled ? "cancelled" : was ? "changed" : undefined}>
        <Notices state={state} act={act} is_door />
        <Fault words={state.problem || (listed.is_cancelled ? WORDS.appointment.cancelled : "")} />
        {was ? (
          <>
            <h2>{WORDS.changed.title}</h2>
            <ul class="plain">
              {differences(JSON.parse(was) as Snapshot, snapshot).map((words) => (
                <li key={words}>{words}</li>
              ))}
            </ul>
          </>
        ) : null}
        <Known snapshot={snapshot} />
        {contact_requests.map(({ request_id, text }, index) => (
          <div key={request_id} class="card">
            <Icon name="request" />
            <div>
              <p class="over">{WORDS.appointment.request(index + 1, contact_requests.length)}</p>
              <p class="t">{text}</p>
            </div>
          </div>
        ))}
        <Around snapshot={snapshot} listed={listed} day={state.day} />
        <p class="help">
          {WORDS.appointment.work}: {[work_order_ref, description ?? trade].filter(Boolean).join(", ")}
        </p>
      </Main>
      <Dock>
        {listed.is_cancelled ? (
          <Button words={WORDS.after.next} act={today} />
        ) : (
          <Button words={WORDS.appointment.start} icon="door" act={() => act.begin(appointment_id)} />
        )}
      </Dock>
    </>
  );
}
