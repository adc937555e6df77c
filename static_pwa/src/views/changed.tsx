// The office changed the appointment while the operative is at the door: what is different, before anything counts by it.
import type { Snapshot } from "../app/records";
import { changedListing } from "../app/shown";
import { type AtDoor, Button, Dock, Page } from "./parts";
import { alertName, WORDS } from "./words";

/** What matters at the door, in a line each; the rest in one line together. */
export function differences(before: Snapshot, after: Snapshot): string[] {
  const { changed } = WORDS;
  const { name, starts_at, ends_at } = after.window;
  const is_moved = before.window.starts_at !== starts_at || before.window.ends_at !== ends_at;
  const texts = ({ contact_requests }: Snapshot): string[] => contact_requests.map(({ text }) => text);
  const alerts = ({ alerts: all }: Snapshot): string[] => all.map(({ code, text }) => `${alertName(code)}. ${text}`);
  const added = (words: string, old: string[], now: string[]): string[] =>
    now.filter((text) => !old.includes(text)).map((text) => `${words}: ${text}`);
  const said = [
    ...(is_moved ? [changed.window(name, starts_at, ends_at)] : []),
    ...added(changed.new_request, texts(before), texts(after)),
    ...added(changed.gone, texts(after), texts(before)),
    ...added(changed.new_alert, alerts(before), alerts(after)),
  ];
  return said.length > 0 ? said : [changed.other];
}

export function Changed(seen: AtDoor) {
  const { state, act, door } = seen;
  const listed = changedListing(state, door.visit);
  if (!listed) return null;
  const after = JSON.parse(listed.snapshot) as Snapshot;
  const dock = (
    <Dock act={act}>
      <Button words={WORDS.changed.seen} icon="tick" act={act.adopt} />
    </Dock>
  );
  return (
    <Page seen={seen} name="changed" to="today" dock={dock}>
      <h2>{WORDS.changed.title}</h2>
      <ul class="plain">
        {differences(door.snapshot, after).map((words) => (
          <li key={words}>{words}</li>
        ))}
      </ul>
      <p class="help">{WORDS.changed.help}</p>
    </Page>
  );
}
