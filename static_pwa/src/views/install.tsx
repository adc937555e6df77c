// How Doorstep gets on the home screen: by the browser's own question, or by hand in three steps; and why.
import { unsent } from "../app/shown";
import { Button, Dock, Done, Main, type Seen, ShortPlace } from "./parts";
import { WORDS } from "./words";

/** The sign that iPhones draw for sharing. */
function Share() {
  return (
    <svg
      width="24"
      height="24"
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="2"
      aria-hidden="true"
    >
      <path d="M12 15V3M8 6.5L12 3l4 3.5M8 10H5v11h14V10h-3" />
    </svg>
  );
}

export function InstallView({ state, act }: Seen) {
  const { install: words } = WORDS;
  const { install } = state.device;
  const { events, photos } = unsent(state);
  const is_ios = install === "by_hand_ios";
  const steps = install === "ask" || install === "done" ? [] : is_ios ? words.ios : words.android;
  const today = (): void => act.go({ at: "today" });
  return (
    <>
      <ShortPlace title={words.title} back={WORDS.today} act={today} />
      <Main screen="install" is={install}>
        {install === "done" ? (
          <Done words={words.done} />
        ) : (
          <>
            <h2>{words.offer}</h2>
            <p class="help">{is_ios ? words.why_ios : words.why}</p>
          </>
        )}
        <ol class="guide">
          {steps.map((step, place) => (
            <li key={step}>
              {is_ios && place === 0 ? <Share /> : null}
              {step}
            </li>
          ))}
        </ol>
        {is_ios ? <p class="help">{words.ios_empty}</p> : null}
        {is_ios && events + photos > 0 ? <p class="before">{words.ios_unsent(events + photos)}</p> : null}
      </Main>
      <Dock>
        {install === "ask" ? (
          <Button words={words.button} act={act.install} />
        ) : (
          <Button quiet words={WORDS.after.next} act={today} />
        )}
      </Dock>
    </>
  );
}
