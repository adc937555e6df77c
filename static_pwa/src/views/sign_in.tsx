// Sign in: once a shift; whoever signed in on this phone goes on working when the session has ended.
import { Notices } from "./notices";
import { Button, Fault, Main, type Seen } from "./parts";
import { LANGUAGES, WORDS } from "./words";

export function SignIn({ state, act }: Seen) {
  const { settings } = state.device;
  /** What went wrong was said in the language of before. */
  const speak = (language: string): void => {
    act.draft({});
    act.set({ language });
  };
  const submit = (event: { currentTarget: HTMLFormElement; preventDefault(): void }): void => {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    const username = String(given.get("username") ?? "").trim();
    const password = String(given.get("password") ?? "");
    if (!username || !password) act.draft({ fault: WORDS.sign_in.missing });
    else act.signIn(username, password);
  };
  return (
    <>
      <Main screen="sign-in" is={state.person ? "again" : undefined}>
        <p class="links">
          <b>{WORDS.sign_in.name}</b>
          {Object.entries(LANGUAGES).map(([language, name]) =>
            language === settings.language ? null : (
              <button key={language} type="button" class="link" lang={language} onClick={() => speak(language)}>
                {name}
              </button>
            ),
          )}
        </p>
        <h1 class="title">{WORDS.sign_in.title}</h1>
        {state.person ? <p class="help">{WORDS.sign_in.again}</p> : null}
        <Notices state={state} act={act} />
        <Fault words={state.draft.fault || state.problem} />
        <form id="sign-in" onSubmit={submit}>
          <label for="username">{WORDS.sign_in.username}</label>
          <input id="username" name="username" autocomplete="username" autocapitalize="none" spellcheck={false} />
          <label for="password">{WORDS.sign_in.password}</label>
          <input id="password" name="password" type="password" autocomplete="current-password" />
        </form>
      </Main>
      <footer class="dock">
        <button type="submit" form="sign-in" class="button">
          {state.busy === "sign_in" ? WORDS.sign_in.busy : WORDS.sign_in.title}
        </button>
        {state.person ? (
          <div class="pair pair--one">
            <Button quiet words={WORDS.sign_in.not_now} act={() => act.go({ at: "today" })} />
          </div>
        ) : null}
      </footer>
    </>
  );
}
