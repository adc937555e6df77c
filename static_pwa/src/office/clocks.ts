// The times on the board move on by themselves: waits left, how long ago a phone was heard, how long a code stands.
import type { Words } from "./words";

const TICK_MS = 1000;

/** The server's clock, by the last page that told it: a desk's own clock may be wrong. */
export class OfficeClock {
  #told_ms = Date.now();
  #told_at = performance.now();

  /** The page said that it was then; a page that is older than what is known is not believed. */
  tell(ms: number): void {
    if (Number.isFinite(ms)) {
      this.#told_ms = ms;
      this.#told_at = performance.now();
    }
  }

  now_ms(): number {
    return this.#told_ms + performance.now() - this.#told_at;
  }
}

const numberOf = (element: HTMLElement, name: string): number => Number(element.dataset[name]);

function showWait(wait: HTMLElement, now_ms: number, words: Words): void {
  const left_ms = numberOf(wait, "ends") - now_ms;
  const total_ms = numberOf(wait, "total");
  const is_inferred = "inferred" in wait.dataset;
  const gone = left_ms <= 0 || total_ms <= 0 ? 1 : Math.max(0, 1 - left_ms / total_ms);
  wait.querySelector(".ds-bar__gone")?.setAttribute("width", `${Math.round(gone * 100)}%`);
  const said = wait.querySelector("[data-left]");
  if (!said) return;
  if (left_ms <= 0) said.textContent = words.say(is_inferred ? "board.over_we_think" : "board.over");
  else said.textContent = words.duration(left_ms) + (is_inferred ? words.say("board.we_think") : "");
}

function showCode(until: HTMLElement, now_ms: number, words: Words): void {
  const left_ms = numberOf(until, "codeUntil") - now_ms;
  const left = until.querySelector("[data-code-left]");
  if (left) left.textContent = words.say("call.code_left", { time: words.duration(left_ms) });
  const over = until.parentElement?.querySelector<HTMLElement>("[data-code-over]");
  if (left_ms > 0 || !over?.hidden) return;
  until.hidden = true;
  over.hidden = false;
}

/** Brings every time within an element up to now. */
export function showTimes(within: HTMLElement, now_ms: number, words: Words): void {
  for (const since of within.querySelectorAll<HTMLElement>("[data-since]"))
    since.textContent = words.duration(now_ms - numberOf(since, "since"));
  for (const heard of within.querySelectorAll<HTMLElement>("[data-heard]"))
    heard.textContent = words.say("board.ago", { time: words.duration(now_ms - numberOf(heard, "heard")) });
  for (const wait of within.querySelectorAll<HTMLElement>("[data-ends]")) showWait(wait, now_ms, words);
  for (const until of within.querySelectorAll<HTMLElement>("[data-code-until]")) showCode(until, now_ms, words);
}

export function keepTime(within: HTMLElement, clock: OfficeClock, words: Words): void {
  setInterval(() => showTimes(within, clock.now_ms(), words), TICK_MS);
}
