// What the office changed of today's visits since the phone first had them: new ones, changed ones, those taken away.
import type { Day, ListedAppointment, News } from "./records";

/** What a person must know before they go; how the resident was told, for one, is the office's own matter. */
const TOLD = ["window", "address", "trade", "priority", "contact_requests", "alerts", "key_safe"] as const;

function told({ snapshot }: ListedAppointment): string {
  const all = JSON.parse(snapshot) as Record<string, unknown>;
  return JSON.stringify(TOLD.map((name) => all[name]));
}

/** The day as it came, with what is different from the form of it that the phone held. */
export function withNews(before: Day | null, now: Day): Day {
  if (before?.date !== now.date) return now;
  const known = new Map(before.appointments.map((one) => [one.appointment_id, one]));
  const said = new Map((before.news ?? []).map((one) => [one.appointment_id, one]));
  const news = now.appointments.flatMap((one): News[] => {
    const { appointment_id } = one;
    const was = known.get(appointment_id);
    const old = said.get(appointment_id);
    if (!was) return [{ appointment_id, is: "new" }];
    if (old) return [old];
    return told(was) === told(one) ? [] : [{ appointment_id, is: "changed", was: was.snapshot }];
  });
  const here = new Set(now.appointments.map(({ appointment_id }) => appointment_id));
  const gone = before.appointments
    .filter(({ appointment_id }) => !here.has(appointment_id))
    .map(({ appointment_id, snapshot }): News => ({ appointment_id, is: "gone", was: snapshot }));
  const still = [...said.values()].filter((one) => one.is === "gone" && !here.has(one.appointment_id));
  return { ...now, news: [...news, ...gone, ...still] };
}
