// What is not sent: on every screen, the first thing read, and never closable.
import { unsent } from "../app/shown";
import { Icon } from "./icons";
import type { Seen } from "./parts";
import { WORDS } from "./words";

function said(state: Seen["state"]): { kind: string; icon: string; head: string; rest: string } {
  const { events, photos } = unsent(state);
  const { strip } = WORDS;
  const is_all_sent = events + photos === 0;
  const all_sent = state.sent_at ? strip.all_sent_at(state.sent_at) : strip.all_sent;
  if (state.person && state.needs_sign_in)
    return {
      kind: "sent sent--offline",
      icon: "queue",
      head: strip.signed_out_head,
      rest: ` ${is_all_sent ? all_sent : strip.waiting(events || photos)}`,
    };
  if (!state.is_online)
    return {
      kind: "sent sent--offline",
      icon: "nosignal",
      head: strip.no_signal_head,
      rest: ` ${is_all_sent ? all_sent : strip.no_signal(events || photos)}`,
    };
  if (is_all_sent) return { kind: "sent", icon: "tick", head: "", rest: all_sent };
  const head = events ? strip.waiting(events) : strip.only_photos(photos);
  return {
    kind: "sent sent--queue",
    icon: "queue",
    head,
    rest: events && photos ? strip.with_photos(photos) : strip.saved,
  };
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
