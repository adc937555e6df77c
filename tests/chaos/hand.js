// A quick thumb: it taps what a person reads on the real screens, and waits until the screen says that it was saved.
window.hand = (() => {
  const PATIENCE_MS = 120_000;
  const main = () => document.querySelector("main[data-screen]");
  const screen = () => main()?.dataset.screen ?? "";
  const find = (words) =>
    [...document.querySelectorAll("button, a, label.choice")].find((each) => each.textContent.trim().startsWith(words));
  const fault = () => document.querySelector(".fault")?.textContent ?? "";

  /** Resolves when it is so; a fault that the screen shows, or too long a wait, is an error. */
  const until = (isSo, what) =>
    new Promise((resolve, reject) => {
      const end = (settle, value) => {
        seen.disconnect();
        clearTimeout(late);
        settle(value);
      };
      const look = () => {
        if (isSo()) end(resolve);
        else if (fault()) end(reject, new Error(`${what}: the screen says ${fault()}`));
      };
      const said = () => `${what}: it never came, on ${screen()}: ${document.body.innerText.slice(0, 600)}`;
      const late = setTimeout(() => end(reject, new Error(said())), PATIENCE_MS);
      const seen = new MutationObserver(look);
      seen.observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
      look();
    });
  const tap = (words) => {
    const found = find(words);
    if (!found) throw new Error(`there is no ${words} on ${screen()}`);
    found.click();
  };
  const type = (box, words) => {
    box.value = words;
    box.dispatchEvent(new Event("input", { bubbles: true }));
    return new Promise((drawn) => setTimeout(drawn));
  };
  const isLeft = (name) => () => screen() !== "" && screen() !== name;

  return {
    screen,
    shows: (words) => find(words) !== undefined,
    photo: () => main()?.dataset.photo ?? "",
    /** What the first line of every screen says of what is not sent. */
    strip: () => document.querySelector(".sent__words")?.innerText ?? "",
    /** Taps, and waits until another screen, or another thing to do, has come. */
    async go(words, from) {
      tap(words);
      await until(isLeft(from), words);
    },
    async change(words) {
      const before = main().innerText + document.querySelector(".dock").innerText;
      tap(words);
      await until(() => main() && main().innerText + document.querySelector(".dock").innerText !== before, words);
    },
    async gone(words) {
      tap(words);
      await until(() => main() && !find(words) && !document.querySelector(".button--off"), words);
    },
    async choose(choice, words, from) {
      tap(choice);
      await new Promise((drawn) => setTimeout(drawn));
      tap(words);
      await until(isLeft(from), words);
    },
    async declare(words, from) {
      document.querySelector("label.declare input").click();
      await new Promise((drawn) => setTimeout(drawn));
      tap(words);
      await until(isLeft(from), words);
    },
    async code(digits, words, from) {
      await type(document.querySelector(".boxes__input"), digits);
      tap(words);
      await until(isLeft(from), words);
    },
    /** One more knock is counted: only this tab knocks. */
    async knock(words) {
      const said = () => document.querySelector('[data-clause="knocked"]')?.textContent ?? "";
      const before = said();
      tap(words);
      await until(() => main() && said() !== before, words);
    },
    async openNote(other, note) {
      if (screen() === "add-note") return;
      if (screen() !== "something-else" && find(other)) {
        tap(other);
        await until(() => screen() === "something-else", other);
      }
      tap(note);
      await until(() => screen() === "add-note", note);
    },
    async note(words, save) {
      await type(document.querySelector("#note"), words);
      tap(save);
      await until(isLeft("add-note"), save);
    },
    async usePhoto(words) {
      const { photo } = main().dataset;
      tap(words);
      await until(() => main() && main().dataset.photo !== photo, words);
    },
    async signIn(username, password, words) {
      await type(document.querySelector("#username"), username);
      await type(document.querySelector("#password"), password);
      document.querySelector(".dock .button").click();
      await until(() => isLeft("sign-in")() && !find(words), words);
    },
  };
})();
