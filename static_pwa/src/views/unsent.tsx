// What is not sent, item by item, and whether this phone promises to keep it.
import type { Snapshot } from "../app/records";
import { isUnsent, unsent } from "../app/shown";
import { clockTime } from "../app/times";
import { Icon } from "./icons";
import { Button, Dock, doorName, type Seen, ShortPlace } from "./parts";
import { named, WORDS } from "./words";

export function Unsent({ state, act }: Seen) {
  const words = WORDS.unsent;
  const { events, photos } = unsent(state);
  const visits = state.visits
    .map((visit) => ({
      visit,
      waiting: visit.events.filter((event) => isUnsent(state, event)),
      aside: visit.events.filter(({ refused }) => refused !== undefined),
      pictures: state.photos.filter(
        (photo) => photo.visit_id === visit.basis.visit_id && photo.is_kept && !photo.is_sent,
      ),
    }))
    .filter(({ waiting, aside, pictures }) => waiting.length + aside.length + pictures.length > 0);
  return (
    <>
      <ShortPlace title={words.title} back={WORDS.today} act={() => act.go({ at: "today" })} />
      <main data-screen="unsent">
        {events + photos === 0 ? (
          <p class="okline head">
            <Icon name="met" size={30} />
            <b>{words.none}</b>
          </p>
        ) : (
          <p class="help">{words.promise}</p>
        )}
        {visits.map(({ visit, waiting, aside, pictures }) => (
          <section key={visit.basis.visit_id}>
            <h2 class="gap">{doorName(JSON.parse(visit.basis.snapshot) as Snapshot)}</h2>
            <ul class="items">
              {waiting.map(({ event }) => (
                <li key={event.n}>
                  <Icon name="queue" size={20} />
                  {clockTime(event.at)} {named(WORDS.kinds, event.kind)}
                </li>
              ))}
              {pictures.map((photo) => (
                <li key={photo.sha256}>
                  <Icon name="camera" size={20} />
                  {words.photo(Math.ceil(photo.size_bytes / 1000))}
                </li>
              ))}
              {aside.map(({ event, refused }) => (
                <li key={`aside${event.n}`}>
                  <Icon name="failed" size={20} />
                  {clockTime(event.at)} {named(WORDS.kinds, event.kind)}. {words.refused(refused ?? "")}
                </li>
              ))}
            </ul>
          </section>
        ))}
        {state.is_persisted === null ? null : (
          <p class="help gap">{state.is_persisted ? words.persisted : words.not_persisted}</p>
        )}
      </main>
      <Dock>
        {state.needs_sign_in ? (
          <Button words={WORDS.strip.sign_in} act={() => act.go({ at: "sign-in" })} />
        ) : (
          <Button
            words={state.is_sending ? WORDS.strip.sending : WORDS.strip.send_now}
            is_off={events + photos === 0}
            act={act.sendNow}
          />
        )}
      </Dock>
    </>
  );
}
