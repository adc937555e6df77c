// The appointment: the snapshot a visit is judged against, and the strict check of its form.
import { InputRefused, parseInstant } from "./instants.ts";

export interface Appointment {
  readonly appointment_id: string;
  readonly window: { readonly name: string; readonly starts_at: string; readonly ends_at: string };
  readonly priority: string;
  readonly trade: string;
  readonly agreed: { readonly how: string; readonly at: string } | null;
  readonly notifications: readonly {
    readonly channel: string;
    readonly sent_at: string;
    readonly status: string;
    readonly status_at?: string | null;
  }[];
  readonly contact_requests: readonly { readonly request_id: string; readonly text: string }[];
  readonly alerts: readonly { readonly code: string; readonly text: string }[];
}

export type Table = Readonly<Record<string, unknown>>;

/** A JSON object's own keys; an array or null is none. */
export function readTable(value: unknown, place: string): Table {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new InputRefused(`${place}: must be an object`);
  return value as Table;
}

/** Refuses a snapshot that breaks the form; keys it does not know are the phone's own and pass by. */
export function readAppointment(data: unknown): Appointment {
  const whole = readTable(data, "appointment");
  const window = readTable(whole.window, "appointment.window");
  needText(whole, "appointment", "appointment_id", "priority", "trade");
  needText(window, "appointment.window", "name");
  parseInstant(window.starts_at, "appointment.window.starts_at");
  parseInstant(window.ends_at, "appointment.window.ends_at");
  if (whole.agreed !== null) {
    const agreed = readTable(whole.agreed, "appointment.agreed");
    needText(agreed, "appointment.agreed", "how");
    parseInstant(agreed.at, "appointment.agreed.at");
  }
  for (const [row, place] of rows(whole, "notifications")) {
    needText(row, place, "channel", "status");
    parseInstant(row.sent_at, `${place}.sent_at`);
    if (row.status_at !== undefined && row.status_at !== null) parseInstant(row.status_at, `${place}.status_at`);
  }
  const ids = new Set<unknown>();
  for (const [row, place] of rows(whole, "contact_requests")) {
    needText(row, place, "request_id", "text");
    if (ids.has(row.request_id)) throw new InputRefused(`${place}.request_id: stands twice`);
    ids.add(row.request_id);
  }
  for (const [row, place] of rows(whole, "alerts")) needText(row, place, "code", "text");
  return data as Appointment;
}

function rows(whole: Table, key: string): [Table, string][] {
  const list = whole[key];
  if (!Array.isArray(list)) throw new InputRefused(`appointment.${key}: must be a list`);
  return list.map((row, index) => {
    const place = `appointment.${key}[${index}]`;
    return [readTable(row, place), place];
  });
}

function needText(table: Table, place: string, ...keys: string[]): void {
  for (const key of keys) if (typeof table[key] !== "string") throw new InputRefused(`${place}.${key}: must be text`);
}
