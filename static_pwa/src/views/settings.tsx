// Settings: how this phone speaks and sounds, whether it keeps what it is given, and signing out.
import { unsent } from "../app/shown";
import { Button, Choices, Dock, Link, Main, type Seen, ShortPlace } from "./parts";
import { LANGUAGES, WORDS } from "./words";

function Switch({
  id,
  words,
  is_on,
  turn,
}: {
  id: string;
  words: string;
  is_on: boolean;
  turn: (to: boolean) => void;
}) {
  return (
    <label class={is_on ? "choice on" : "choice"}>
      <input id={id} type="checkbox" checked={is_on} onChange={() => turn(!is_on)} />
      <span>{words}</span>
    </label>
  );
}

export function SettingsView({ state, act }: Seen) {
  const { settings: words, unsent: kept, install, enrol } = WORDS;
  const { device, is_persisted, enrolled } = state;
  const { settings, free_bytes, version } = device;
  const { events, photos } = unsent(state);
  return (
    <>
      <ShortPlace title={words.title} back={WORDS.today} act={() => act.go({ at: "today" })} />
      <Main screen="settings" is={settings.language}>
        <Choices
          legend={words.language}
          name="language"
          values={Object.keys(LANGUAGES)}
          words={LANGUAGES}
          chosen={settings.language}
          choose={(language) => act.set({ language })}
        />
        <fieldset>
          <legend>{words.cues}</legend>
          <Switch
            id="has_sound"
            words={words.sound}
            is_on={settings.has_sound}
            turn={(has_sound) => act.set({ has_sound })}
          />
          <Switch
            id="has_vibration"
            words={words.vibration}
            is_on={settings.has_vibration}
            turn={(has_vibration) => act.set({ has_vibration })}
          />
        </fieldset>
        <p class="help">{words.cues_help}</p>
        <Link words={words.try} act={act.tryCue} />
        <h2 class="gap">{words.phone}</h2>
        {is_persisted === null ? null : (
          <p data-persisted={is_persisted}>{is_persisted ? kept.persisted : kept.not_persisted}</p>
        )}
        {free_bytes === null ? null : <p class="help">{words.free(Math.floor(free_bytes / 1_000_000))}</p>}
        {device.install === "done" ? (
          <p class="help">{install.done}</p>
        ) : (
          <Link words={install.offer} act={() => act.go({ at: "install" })} />
        )}
        {enrolled ? (
          <p class="help">{enrol.done(enrolled.enrolled_at, enrolled.name)}</p>
        ) : (
          <Link words={enrol.title} act={() => act.go({ at: "enrol" })} />
        )}
        <p class="help">{words.version(version)}</p>
        {events + photos > 0 ? <p class="help">{words.out_help(events + photos)}</p> : null}
      </Main>
      <Dock>
        <Button quiet words={WORDS.sign_in.out} act={act.signOut} />
      </Dock>
    </>
  );
}
