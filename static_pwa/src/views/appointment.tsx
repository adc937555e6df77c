// One appointment before its visit: where, when, and what must be known before the door.
import type { Snapshot } from "../app/records";
import { clockTime } from "../app/times";
import { Icon } from "./icons";
import { Back, Button, Dock, doorName, Fault, restOfAddress, type Seen } from "./parts";
import { named, WORDS } from "./words";

/** The words for an alert's code, or for its family's where a newer list has codes that this version has not. */
export const alertName = (code: string): string =>
  named(WORDS.alert_names, code in WORDS.alert_names ? code : (code.split("-")[0] ?? code));

/** Alerts as they stand today, and requests as they were written, never cut. */
export function Known({ snapshot }: { snapshot: Snapshot }) {
  return (
    <>
      {snapshot.alerts.map(({ code, text }) => (
        <div key={code} class="card card--alert">
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

export function AppointmentView({ state, act, appointment_id }: Seen & { appointment_id: string }) {
  const listed = state.day?.appointments.find((one) => one.appointment_id === appointment_id);
  if (!listed) return null;
  const snapshot = JSON.parse(listed.snapshot) as Snapshot;
  const { window, contact_requests, work_order_ref, trade, description } = snapshot;
  return (
    <>
      <header class="place">
        <Back words={WORDS.today} act={() => act.go({ at: "today" })} />
        <h1>{doorName(snapshot)}</h1>
        <p>{restOfAddress(snapshot)}</p>
        <p>
          <b>{window.name}</b>, {clockTime(window.starts_at)} to {clockTime(window.ends_at)}
        </p>
      </header>
      <main data-screen="appointment">
        <Fault words={state.problem} />
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
        <p class="help">
          {WORDS.appointment.work}: {[work_order_ref, description ?? trade].filter(Boolean).join(", ")}
        </p>
      </main>
      <Dock>
        <Button words={WORDS.appointment.start} icon="door" act={() => act.begin(appointment_id)} />
      </Dock>
    </>
  );
}
