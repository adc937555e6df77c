// Knows when the board has changed: by the server's stream, and, in case that is silent, by asking now and then.

const STREAM = "/api/live";
const ASK_AGAIN_MS = 20_000;
const TRY_AGAIN_MS = 5_000;
const HIDDEN = "doorstep-board-hidden";

export interface LiveEvents {
  /** Something may have changed: look at everything once. Says whether the server answered. */
  readonly look: () => Promise<boolean>;
  /** Whether somebody wants to be told of what happens while the page is out of view. */
  readonly isWantedHidden: () => boolean;
}

/**
 * While the page is in view it listens. Hidden it goes on only to tell of new calls, and then in one window of a
 * browser: the others hold no connection, of which there are few, and look at once when they are seen again.
 */
export class Live {
  readonly #events: LiveEvents;
  #stream: EventSource | null = null;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #seen_again = new AbortController();

  constructor(events: LiveEvents) {
    this.#events = events;
  }

  start(): void {
    document.addEventListener("visibilitychange", () => (document.hidden ? void this.#hide() : this.#show()));
    // A stream that a network has swallowed is silent for ever, so it is not trusted alone.
    setInterval(() => (document.hidden && !this.#stream) || void this.#look(), ASK_AGAIN_MS);
    if (document.hidden) void this.#hide();
    else this.#open();
  }

  #show(): void {
    this.#seen_again.abort();
    this.#open();
  }

  /** The next window in the queue listens as soon as the one that did is seen again, or is closed. */
  async #hide(): Promise<void> {
    this.#seen_again.abort();
    this.#close();
    if (!this.#events.isWantedHidden()) return;
    const seen = new AbortController();
    this.#seen_again = seen;
    const listen = async (): Promise<void> => {
      if (seen.signal.aborted) return;
      this.#open();
      await new Promise((again) => seen.signal.addEventListener("abort", again));
    };
    // Aborted while it waits for its turn means only that the page is in view again.
    await navigator.locks.request(HIDDEN, { signal: seen.signal }, listen).catch(() => undefined);
  }

  #open(): void {
    this.#close();
    const stream = new EventSource(STREAM);
    this.#stream = stream;
    // The first mark may have been lost with the last connection: what is shown is asked for anew each time.
    stream.addEventListener("open", () => void this.#look());
    stream.addEventListener("board", () => void this.#look());
    stream.addEventListener("error", () => {
      void this.#look();
      if (stream.readyState === EventSource.CLOSED) this.#later();
    });
  }

  #close(): void {
    clearTimeout(this.#retry);
    this.#stream?.close();
    this.#stream = null;
  }

  /** The server refused the stream, or something between turned it away: a browser gives that up, and we do not. */
  #later(): void {
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#open(), TRY_AGAIN_MS);
  }

  async #look(): Promise<void> {
    const is_answered = await this.#events.look();
    if (is_answered && this.#stream?.readyState === EventSource.CLOSED) this.#later();
  }
}
