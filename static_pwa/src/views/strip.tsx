// What is not sent: on every screen, the first thing read, and never closable.
import { unsent } from "../app/shown";
import { Icon } from "./icons";
import type { Seen } from "./parts";
import { WORDS } from "./words";

function said(state: Seen["state"]): { kind: string; icon: string; head: string; rest: string } {
  const { events, photos } = unsent(state);
  const { strip } = WORDS;
  const count = events || photos;
  if (state.person && state.needs_sign_in) {
    const [head = "", rest = ""] = strip.signed_out(count);
    return { kind: "sent sent--offline", icon: "queue", head, rest };
  }
  if (!state.is_online)
    return {
      kind: "sent sent--offline",
      icon: "nosignal",
      head: strip.no_signal_head,
      rest: ` ${strip.no_signal(count)}`,
    };
  if (count === 0) return { kind: "sent", icon: "tick", head: "", rest: strip.all_sent(state.sent_at) };
  const [head = "", rest = ""] = events ? strip.waiting(events, photos) : strip.only_photos(photos);
  return { kind: "sent sent--queue", icon: "queue", head, rest };
}

export function Strip({ state, act }: Seen) {
  const { kind, icon, head, rest } = said(state);
  const { events, photos } = unsent(state);
  const may_send = state.is_online && !state.needs_sign_in && events + photos > 0;
  return (
    <div class={kind}>
      <button type="button" class="sent__words" onClick={() => act.go({ at: "unsent" })}>
        <Icon name={icon} size={22} />
        <span>
          {head ? <b>{head}</b> : null}
          {rest}
        </span>
      </button>
      {state.person && state.needs_sign_in ? (
        <button type="button" class="go" onClick={() => act.go({ at: "sign-in" })}>
          {WORDS.strip.sign_in}
        </button>
      ) : null}
      {may_send ? (
        <button type="button" class="go" onClick={() => act.sendNow()}>
          {state.is_sending ? WORDS.strip.sending : WORDS.strip.send_now}
        </button>
      ) : null}
    </div>
  );
}
