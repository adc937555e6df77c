// Enrolment: the office's code, typed or brought by the address, and from then on who enrolled this phone, and when.
import { Button, Done, Fault, Main, type Seen, ShortPlace } from "./parts";
import { WORDS } from "./words";

export function EnrolView({ state, act }: Seen) {
  const { enrol: words, settings } = WORDS;
  const { enrolled, device, draft, problem, busy } = state;
  const leave = (): void => act.go({ at: "settings" });
  const submit = (event: { currentTarget: HTMLFormElement; preventDefault(): void }): void => {
    event.preventDefault();
    act.enrol(String(new FormData(event.currentTarget).get("code")));
  };
  return (
    <>
      <ShortPlace title={words.title} back={settings.title} act={leave} />
      <Main screen="enrol" is={enrolled ? "done" : undefined}>
        {enrolled ? (
          <Done words={words.done(enrolled.enrolled_at, enrolled.name)} />
        ) : (
          <>
            <p class="help">{words.help}</p>
            <Fault words={draft.fault || problem} />
            <form id="enrol" onSubmit={submit}>
              <label for="code">{words.label}</label>
              <input id="code" name="code" autocomplete="off" autocapitalize="characters" defaultValue={device.code} />
            </form>
          </>
        )}
      </Main>
      <footer class="dock">
        {enrolled ? (
          <Button quiet words={WORDS.after.next} act={() => act.go({ at: "today" })} />
        ) : (
          <button type="submit" form="enrol" class="button">
            {busy === "enrol" ? WORDS.strip.sending : words.title}
          </button>
        )}
      </footer>
    </>
  );
}
