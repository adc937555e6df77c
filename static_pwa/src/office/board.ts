// The planner's board on one page: lists that renew themselves, and beside them the call that is being logged.
import { createAll, ErrorSummary } from "govuk-frontend";
import { type Answer, ask, fieldsOf, swap } from "./asking";
import { Bell } from "./bell";
import { areKeysOn, attend, focusForm, isTyped, turnKeys, typeAgain, typedIn } from "./call_form";
import { keepTime, OfficeClock, showTimes } from "./clocks";
import { Live } from "./live";
import { clockTime, Words } from "./words";

const BOARD = "/office/board";
const TYPING_REST_MS = 200;
const MOST_LOOKS = 4;

function part<E extends HTMLElement>(within: ParentNode, selector: string): E {
  const found = within.querySelector<E>(selector);
  if (!found) throw new Error(`the board lacks ${selector}`);
  return found;
}

const here = (): string => location.pathname + location.search;

export class Board {
  readonly #words: Words;
  readonly #clock = new OfficeClock();
  readonly #lists: HTMLElement;
  readonly #call: HTMLElement;
  readonly #search: HTMLInputElement;
  readonly #said: HTMLElement;
  readonly #live: HTMLElement;
  readonly #bell: Bell;
  #asked = new Set<string>();
  #looks = 0;
  #is_looking = false;
  #is_look_wanted = false;
  #is_pressed = false;
  #is_sending = false;
  #is_live: boolean | null = null;
  #known_at = 0;
  #url = here();

  constructor(board: HTMLElement) {
    this.#words = new Words(board.dataset.words ?? "{}");
    this.#lists = part(board, "[data-lists]");
    this.#call = part(board, "[data-call]");
    this.#search = part(board, "#q");
    this.#said = part(board, "[data-said]");
    this.#live = part(board, "[data-live]");
    const hint = part<HTMLElement>(board, "[data-bell-hint]");
    this.#bell = new Bell(part(board, "[data-bell]"), hint, this.#words.say("desk.sound_waits"));
    this.#tookLists(true);
    keepTime(board, this.#clock, this.#words);
    attend(this.#call, this.#words);
    this.#listen(board);
    new Live({ look: () => this.#look(), isWantedHidden: () => this.#bell.is_on }).start();
  }

  #listen(board: HTMLElement): void {
    board.addEventListener("submit", (event) => this.#submitted(event));
    board.addEventListener("click", (event) => this.#clicked(event));
    // A list that moved between press and release would take the press to another row.
    this.#lists.addEventListener("pointerdown", () => {
      this.#is_pressed = true;
    });
    document.addEventListener("pointerup", () => setTimeout(() => this.#released()));
    document.addEventListener("pointercancel", () => this.#released());
    let typing: ReturnType<typeof setTimeout> | undefined;
    this.#search.addEventListener("input", () => {
      clearTimeout(typing);
      typing = setTimeout(() => void this.#look(), TYPING_REST_MS);
    });
    this.#search.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing) return;
      event.preventDefault();
      void this.#openFirst();
    });
    document.addEventListener("keydown", (event) => this.#pressed(event));
    const keys = part<HTMLInputElement>(board, "[data-keys]");
    keys.checked = areKeysOn();
    keys.addEventListener("change", () => turnKeys(keys.checked));
    addEventListener("popstate", () => {
      // A jump within the page, such as over the masthead, is no way to another call.
      if (here() !== this.#url) void this.#showCall(this.#wentTo(here()));
    });
    addEventListener("beforeunload", (event) => {
      if (isTyped(this.#call)) event.preventDefault();
    });
  }

  #pressed(event: KeyboardEvent): void {
    if (event.key !== "/" || event.ctrlKey || event.altKey || event.metaKey || !areKeysOn()) return;
    const { target } = event;
    const is_text = target instanceof HTMLInputElement && !["checkbox", "radio"].includes(target.type);
    if (is_text) return;
    event.preventDefault();
    this.#search.focus();
    this.#search.select();
  }

  #released(): void {
    this.#is_pressed = false;
    if (this.#is_look_wanted) void this.#look();
  }

  #clicked(event: MouseEvent): void {
    const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>("a") : null;
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const { dataset } = link;
    if ("clear" in dataset) {
      event.preventDefault();
      this.#search.value = "";
      void this.#look();
    } else if ("useCode" in dataset || "shut" in dataset) {
      event.preventDefault();
      this.#wentTo(link.href, "pushState");
      void this.#showCall(link.href).then(() => "shut" in dataset && this.#search.focus());
    }
  }

  #submitted(event: SubmitEvent): void {
    const form = event.target as HTMLFormElement;
    if ("find" in form.dataset) {
      event.preventDefault();
      void this.#look();
    } else if ("open" in form.dataset) {
      event.preventDefault();
      void this.#open(form);
    } else if ("form" in form.dataset) {
      event.preventDefault();
      void this.#send(form, event.submitter);
    }
  }

  /** The lists as they now are. One look at a time; whatever comes meanwhile makes one more. */
  async #look(): Promise<boolean> {
    if (this.#is_looking || this.#is_pressed) {
      this.#is_look_wanted = true;
      return true;
    }
    this.#is_looking = true;
    let is_answered = true;
    do {
      this.#is_look_wanted = false;
      is_answered = await this.#lookOnce();
    } while (this.#is_look_wanted && is_answered && !this.#is_pressed);
    this.#is_looking = false;
    return is_answered;
  }

  async #lookOnce(): Promise<boolean> {
    const look = ++this.#looks;
    const q = this.#search.value.trim();
    const answer = await ask(q ? `${BOARD}?${new URLSearchParams({ q })}` : BOARD, "lists");
    if (answer.is !== "part") {
      this.#lost(answer);
      return false;
    }
    if (look !== this.#looks) return true;
    if (this.#is_pressed) {
      this.#is_look_wanted = true;
      return true;
    }
    swap(this.#lists, answer.html);
    this.#tookLists(false);
    return true;
  }

  #tookLists(is_first: boolean): void {
    const as_of = part(this.#lists, "[data-as-of]");
    this.#known_at = Number(as_of.dataset.asOf);
    this.#clock.tell(this.#known_at);
    this.#markOpen();
    showTimes(this.#lists, this.#clock.now_ms(), this.#words);
    // Somebody who signed in again in another window has another token: the form that is open goes on with it.
    const token = this.#lists.querySelector<HTMLInputElement>("[name=form_token]");
    const mine = this.#call.querySelector<HTMLInputElement>("[name=form_token]");
    if (token && mine) mine.value = token.value;
    const rows = [...this.#lists.querySelectorAll<HTMLElement>("[data-asked]")];
    const news = rows.filter(({ dataset }) => !this.#asked.has(dataset.asked ?? ""));
    this.#asked = new Set(rows.map(({ dataset }) => dataset.asked ?? ""));
    this.#bell.tell(Number(as_of.dataset.unanswered), !is_first && news.length > 0);
    this.#tellTakenOver();
    if (is_first) return;
    if (this.#is_live === false) this.#said.textContent = "";
    this.#is_live = true;
    this.#showLive(this.#words.say("board.live", { time: clockTime(this.#known_at) }));
    this.#tellNews(news);
  }

  /** All that is new in one sentence: what reads the page aloud says it once, when it has said what it is saying. */
  #tellNews(news: readonly HTMLElement[]): void {
    const newest = news.at(-1)?.dataset;
    if (!newest) return;
    const name = news.length > 1 ? "new_asks" : newest.asked?.endsWith("ringing") ? "new_ring" : "new_ask";
    this.#tell(this.#words.say(`desk.${name}`, { home: newest.home ?? "", count: news.length }));
  }

  /** Another planner took the call over whose form is open: whoever is typing must know before they save it. */
  #tellTakenOver(): void {
    const key = this.#call.querySelector<HTMLElement>("[data-form]")?.dataset.key;
    const told = this.#call.querySelector<HTMLElement>("[data-taken-over]");
    const taken = [...this.#lists.querySelectorAll<HTMLElement>("[data-contact]")];
    const words = taken.find(({ dataset }) => dataset.contact === key)?.textContent;
    if (!told || !words) return;
    told.hidden = false;
    if (told.textContent !== words) told.textContent = words;
  }

  #lost(answer: Exclude<Answer, { is: "part" }>): void {
    const name = answer.is === "signed_out" ? "board.signed_out" : "board.not_live";
    const words = this.#words.say(name, { time: clockTime(this.#known_at) });
    if (this.#is_live !== false) this.#tell(words);
    this.#is_live = false;
    this.#showLive(words);
  }

  #showLive(words: string): void {
    this.#live.classList.toggle("ds-live--lost", this.#is_live === false);
    if (this.#live.textContent !== words) this.#live.textContent = words;
  }

  /** Said aloud by what reads the page, and shown. */
  #tell(words: string): void {
    this.#said.textContent = words;
  }

  #markOpen(): void {
    const key = this.#call.querySelector<HTMLElement>("[data-form]")?.dataset.key;
    for (const row of this.#lists.querySelectorAll<HTMLElement>("tr[data-key]"))
      row.classList.toggle("ds-open", row.dataset.key === key);
  }

  async #openFirst(): Promise<void> {
    const q = this.#search.value.trim();
    const isShown = (): boolean => (part(this.#lists, "[data-q]").dataset.q ?? "") === q;
    // A look of the board's own may overtake ours, with what had been typed by then: only what was typed is opened.
    for (let tries = 0; !isShown(); tries += 1) if (tries === MOST_LOOKS || !(await this.#lookOnce())) return;
    const rows = q ? "" : "[data-asked] ";
    // What another planner has is not opened by a key that was meant for the next one.
    const first =
      this.#lists.querySelector<HTMLFormElement>(`${rows}form[data-open]:not([data-others])`) ??
      this.#lists.querySelector<HTMLFormElement>(`${rows}form[data-open]`);
    if (first) await this.#open(first);
    else document.getElementById(q ? "today" : "asked")?.focus();
  }

  async #open(form: HTMLFormElement): Promise<void> {
    if (this.#is_sending) return;
    if (isTyped(this.#call) && !confirm(this.#words.say("board.leave_call"))) return;
    const answer = await this.#posted(form, null);
    if (answer?.is !== "part") return;
    this.#tookCall(answer.html);
    // Who has it instead is no page of its own.
    if (this.#call.querySelector("[data-form]")) this.#wentTo(answer.url, "pushState");
    focusForm(this.#call);
  }

  async #send(form: HTMLFormElement, submitter: HTMLElement | null): Promise<void> {
    const answer = await this.#posted(form, submitter);
    if (answer?.is !== "part") return;
    const is_released = submitter?.getAttribute("name") === "release";
    const is_new_code = submitter?.getAttribute("name") === "new_code";
    const typed = typedIn(this.#call);
    this.#tookCall(answer.html);
    const now = this.#call.querySelector<HTMLElement>("[data-form]");
    if (now) {
      typeAgain(this.#call, typed);
      if (is_new_code) {
        this.#wentTo(now.dataset.url ?? "");
        focusForm(this.#call);
      }
      return;
    }
    this.#wentTo(answer.url);
    const saved = this.#call.querySelector<HTMLElement>("[data-saved]")?.dataset.saved ?? "";
    this.#tell(is_released ? this.#words.say("desk.released") : saved);
    this.#search.value = "";
    this.#search.focus();
    void this.#look();
  }

  /** Sends a form, once at a time; what is typed stays until an answer has come. */
  async #posted(form: HTMLFormElement, submitter: HTMLElement | null): Promise<Answer | null> {
    if (this.#is_sending) return null;
    this.#is_sending = true;
    const answer = await ask(form.action, "call", fieldsOf(form, submitter));
    this.#is_sending = false;
    if (answer.is === "told") this.#tell(answer.words);
    else if (answer.is === "part") this.#said.textContent = "";
    else this.#tell(this.#words.say(answer.is === "signed_out" ? "board.signed_out" : "board.not_sent"));
    return answer;
  }

  #wentTo(url: string, how: "pushState" | "replaceState" = "replaceState"): string {
    history[how](null, "", url);
    this.#url = here();
    return url;
  }

  async #showCall(url: string): Promise<void> {
    const answer = await ask(url, "call");
    if (answer.is !== "part") return;
    this.#tookCall(answer.html);
    focusForm(this.#call);
  }

  #tookCall(html: string): void {
    swap(this.#call, html);
    createAll(ErrorSummary, undefined, this.#call);
    this.#clock.tell(Number(this.#call.querySelector<HTMLElement>("[data-now]")?.dataset.now));
    this.#markOpen();
    this.#tellTakenOver();
    showTimes(this.#call, this.#clock.now_ms(), this.#words);
  }
}
