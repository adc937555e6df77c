// What is not sent, item by item: its last try, why that did not work, and when the next one comes.
import type { PhotoFacts, Snapshot } from "../app/records";
import { type Try, tryOf } from "../app/sending";
import { isUnsent, unsent } from "../app/shown";
import type { State } from "../app/state";
import { clockTime } from "../app/times";
import { Icon } from "./icons";
import { Button, Dock, Done, doorName, Main, type Seen, ShortPlace } from "./parts";
import { kindName, named, WORDS } from "./words";

/** The last try in a few words, or that there was none. */
function triedWords(last: Try | null | undefined): string {
  const { not_tried, on_its_way, tried, why } = WORDS.unsent;
  if (!last) return not_tried;
  return last.why ? tried(last.at, named(why, last.why)) : on_its_way;
}

function Item({ icon, words, last }: { icon: string; words: string; last?: string }) {
  return (
    <li>
      <Icon name={icon} size={20} />
      <span>
        {words}
        {last ? <small>{last}</small> : null}
      </span>
    </li>
  );
}

/** How much of a photo the office holds, as it said itself. */
function photoWords({ sending }: State, { sha256, size_bytes }: PhotoFacts): string {
  const kB = (bytes: number): number => Math.ceil(bytes / 1000);
  const offset = sending?.photos[sha256]?.offset ?? 0;
  return offset > 0 ? WORDS.unsent.photo_part(kB(offset), kB(size_bytes)) : WORDS.unsent.photo(kB(size_bytes));
}

/** When it is tried again, by itself. */
function nextWords({ sending, needs_sign_in, is_sending, reading }: State): string {
  const { next_now, next_signed_in, next, next_soon } = WORDS.unsent;
  if (needs_sign_in) return next_signed_in;
  if (is_sending) return next_now;
  const left = (sending?.next_at ?? 0) - reading.wall;
  return sending?.next_at && left > 0 ? next(sending.next_at, left) : next_soon;
}

export function Unsent({ state, act }: Seen) {
  const words = WORDS.unsent;
  const { sending, needs_sign_in } = state;
  const { events, photos } = unsent(state);
  const waits = events + photos > 0;
  const all = state.visits
    .map((visit) => ({
      visit,
      waiting: visit.events.filter((event) => isUnsent(state, event)),
      aside: visit.events.filter(({ refused }) => refused !== undefined),
      pictures: state.photos.filter(
        (photo) => photo.visit_id === visit.basis.visit_id && photo.is_kept && !photo.is_sent,
      ),
    }))
    .filter(({ waiting, aside, pictures }) => waiting.length + aside.length + pictures.length > 0);
  // Whoever shares this phone is not shown another's doors: only that something of theirs goes too.
  const mine = all.filter(({ visit }) => visit.basis.actor_id === state.person?.person_id);
  const theirs = all
    .filter((one) => !mine.includes(one))
    .reduce((sum, { waiting, pictures }) => sum + waiting.length + pictures.length, 0);
  const last: Try | null = needs_sign_in && sending ? { at: sending.at, why: "signed_out" } : sending;
  return (
    <>
      <ShortPlace
        title={waits ? words.title : WORDS.strip.all_sent}
        back={WORDS.today}
        act={() => act.go({ at: "today" })}
      />
      <Main screen="unsent" is={waits ? last?.why || "waiting" : "none"}>
        {waits ? (
          <>
            {last?.why ? <p>{triedWords(last)}</p> : null}
            <p>
              <b>{nextWords(state)}</b>
            </p>
            <p class="help">{words.promise}</p>
          </>
        ) : (
          <Done words={words.none} />
        )}
        {mine.map(({ visit, waiting, aside, pictures }) => (
          <section key={visit.basis.visit_id}>
            <h2 class="gap">{doorName(JSON.parse(visit.basis.snapshot) as Snapshot)}</h2>
            <ul class="items">
              {waiting.map(({ event, seq }) => (
                <Item
                  key={event.n}
                  icon="queue"
                  words={`${clockTime(event.at)} ${kindName(event)}`}
                  last={triedWords(tryOf(sending, seq))}
                />
              ))}
              {pictures.map((photo) => (
                <Item
                  key={photo.sha256}
                  icon="camera"
                  words={photoWords(state, photo)}
                  last={waiting.length > 0 ? words.photo_after : triedWords(sending?.photos[photo.sha256])}
                />
              ))}
              {aside.map(({ event, refused = "" }) => (
                <Item
                  key={`aside${event.n}`}
                  icon="failed"
                  words={`${clockTime(event.at)} ${kindName(event)}`}
                  last={words.refused(named(words.aside, refused))}
                />
              ))}
            </ul>
          </section>
        ))}
        {theirs > 0 ? <p class="help gap">{words.theirs(theirs)}</p> : null}
        {state.is_persisted === null || !waits ? null : (
          <p class="help gap">{state.is_persisted ? words.persisted : words.not_persisted}</p>
        )}
      </Main>
      <Dock>
        {needs_sign_in ? (
          <Button words={WORDS.strip.sign_in} act={() => act.go({ at: "sign-in" })} />
        ) : (
          <Button
            words={state.is_sending ? WORDS.strip.sending : WORDS.strip.send_now}
            is_off={!waits}
            act={act.sendNow}
          />
        )}
      </Dock>
    </>
  );
}
