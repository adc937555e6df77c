// The words that the board's script says: the page brings them, in its reader's language.

export type Facts = Readonly<Record<string, string | number>>;

/** Words by name, with facts put in, from what the server wrote into the page. */
export class Words {
  readonly #words: Readonly<Record<string, string>>;

  constructor(json: string) {
    this.#words = JSON.parse(json) as Record<string, string>;
  }

  say(name: string, facts: Facts = {}): string {
    const words = this.#words[name] ?? "";
    return words.replace(/\{(\w+)\}/g, (_, fact: string) => String(facts[fact] ?? ""));
  }

  /** Milliseconds as people say them: 5 min 50 s. */
  duration(ms: number): string {
    const all = Math.max(0, Math.floor(ms / 1000));
    const minutes = Math.floor(all / 60);
    const seconds = all % 60;
    return minutes > 0 ? this.say("time.minutes", { minutes, seconds }) : this.say("time.seconds", { seconds });
  }
}

const LONDON = new Intl.DateTimeFormat("en-GB", { timeZone: "Europe/London", timeStyle: "medium" });

/** An instant in ms as London's HH:MM:SS. */
export const clockTime = (ms: number): string => LONDON.format(ms);
