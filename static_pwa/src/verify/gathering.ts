// From a pack's entries to the dossier of its appointment, the twin of the office's own reading of its log.
import { readAppointment } from "../domain/appointment.ts";
import { textHash } from "../domain/chain.ts";
import {
  type Call,
  type Decision,
  type Dossier,
  eventKey,
  type PhotoState,
  type Serving,
  type Version,
} from "../domain/dossier.ts";
import { parseInstant } from "../domain/instants.ts";
import type { Stated } from "../domain/linking.ts";
import { readTold } from "../domain/reading.ts";
import { fromUtf8, WrongForm } from "./encodings.ts";
import {
  type Body,
  type Entry,
  entryFile,
  type Files,
  isTable,
  type Json,
  jsonOf,
  listIn,
  numberIn,
  reading,
  tableIn,
  textIn,
  Unreadable,
} from "./pack.ts";

/** A dossier while it grows. */
interface Growing extends Pick<Dossier, "servings" | "photos" | "reused"> {
  readonly versions: Version[];
  readonly visits: Map<string, Stated[]>;
  readonly calls: Map<string, Call>;
  readonly matches: Map<string, string>;
  readonly decisions: Map<string, Decision[]>;
}

/** `signed` holds the positions whose signature was checked and holds. */
export async function gather(
  files: Files,
  entries: readonly Entry[],
  bodies: ReadonlyMap<number, Body>,
  signed: ReadonlySet<number>,
): Promise<Dossier> {
  const dossier: Growing = {
    versions: [],
    visits: new Map(),
    calls: new Map(),
    matches: new Map(),
    decisions: new Map(),
    ...held(files),
  };
  for (const entry of entries) {
    const bytes = bodies.get(entry.position)?.bytes;
    if (!bytes) continue;
    if (entry.installation_id !== null) addStated(dossier, entry, bytes, signed.has(entry.position));
    else if (OFFICE[entry.kind]) await readOffice(dossier, entry, bytes);
  }
  return dossier;
}

/** What no entry says: to whom snapshots were given, how photos stand, and where else they were used. */
function held(files: Files): Pick<Dossier, "servings" | "photos" | "reused"> {
  return reading("visit.json", () => {
    const visit = jsonOf(files, "visit.json");
    const photos = Object.entries(tableIn(visit, "photos")).map(([sha256, state]) => {
      if (!isTable(state)) throw new WrongForm("has a photo of no form");
      return [sha256, { state: textIn(state, "state"), position: numberIn(state, "position") }] as const;
    });
    return {
      servings: listIn(visit, "servings") as readonly Serving[],
      photos: new Map<string, PhotoState>(photos),
      reused: new Map(Object.entries(tableIn(visit, "reused")) as [string, readonly string[]][]),
    };
  });
}

function addStated(dossier: Growing, entry: Entry, bytes: Uint8Array, is_signed: boolean): void {
  if (entry.visit_id === null) return;
  const { position, sha256, received_at, fault } = entry;
  const stated = dossier.visits.get(entry.visit_id) ?? [];
  stated.push({ position, sha256, received_at, fault, event: readTold(bytes), is_signed });
  dossier.visits.set(entry.visit_id, stated);
}

type Adds = (dossier: Growing, entry: Entry, body: Json) => void | Promise<void>;

const OFFICE: Readonly<Record<string, Adds>> = {
  async appointment_changed(dossier, _, body) {
    const text = textIn(body, "snapshot");
    const snapshot = JSON.parse(text) as Json;
    dossier.versions.push({ sha256: await textHash(text), snapshot, appointment: readAppointment(snapshot) });
  },
  planner_call_begun(dossier, entry, body) {
    const call_id = textIn(body, "call_id");
    dossier.calls.set(call_id, {
      call_id,
      operative_id: textIn(body, "operative_id"),
      planner_id: textIn(body, "actor_id"),
      code: textIn(body, "code"),
      begun_at: entry.received_at,
      expires_at: parseInstant(body.expires_at),
      logged: null,
    });
  },
  planner_call_logged(dossier, { position, received_at }, body) {
    const call = dossier.calls.get(textIn(body, "call_id"));
    if (!call) throw new WrongForm("is of a call that did not begin");
    const read_back = typeof body.read_back === "string" && body.read_back !== "" ? body.read_back : null;
    const logged = { position, at: received_at, instruction: textIn(body, "instruction"), read_back };
    dossier.calls.set(call.call_id, { ...call, logged });
  },
  planner_call_matched(dossier, _, body) {
    const call_id = textIn(body, "call_id");
    // One call, one event: what a person said last of a call takes it from what was said before.
    for (const [key, matched] of dossier.matches) if (matched === call_id) dossier.matches.delete(key);
    dossier.matches.set(eventKey(textIn(body, "visit_id"), numberIn(body, "n")), call_id);
  },
  decision_made(dossier, { position }, body) {
    const visit_id = textIn(body, "visit_id");
    const made = dossier.decisions.get(visit_id) ?? [];
    const reads_card = body.reads_card === true;
    made.push({ position, by_id: textIn(body, "actor_id"), decision: textIn(body, "decision"), reads_card });
    dossier.decisions.set(visit_id, made);
  },
  // A dispute asks for another decision and changes no verdict and no grade: its form is all that there is to check.
  resident_disputed(_, __, body) {
    for (const field of ["visit_id", "dispute_id", "says", "language"]) textIn(body, field);
  },
  dispute_answered(_, __, body) {
    for (const field of ["visit_id", "dispute_id", "reason"]) textIn(body, field);
  },
};

async function readOffice(dossier: Growing, entry: Entry, bytes: Uint8Array): Promise<void> {
  const file = entryFile(entry.position);
  const body: unknown = reading(file, () => JSON.parse(fromUtf8(bytes)));
  if (!isTable(body)) throw new Unreadable(file, "It is not in the form that a pack has.");
  try {
    await OFFICE[entry.kind]?.(dossier, entry, body);
  } catch (fault) {
    reading(file, () => {
      throw fault;
    });
  }
}
