// Brings what the store holds back onto the screens: each visit with its chain and its events in order.
import type { HeldState } from "../app/held";
import type { Visit } from "../app/records";
import { inOrder } from "../app/times";
import type { Loaded } from "../app/update";
import { rememberAnchor } from "./anchors";
import { look } from "./clock";
import { readStored } from "./journal";
import { keepMarker, readMarker } from "./marker";
import type { Held, Store } from "./store";

function joined({ device: enrolled, ...held }: Omit<Held, "lost" | "is_first" | "anchor">): Loaded {
  const visits = held.visits.flatMap((basis): Visit[] => {
    const chain = held.chains.find(({ visit_id }) => visit_id === basis.visit_id);
    const events = held.events.filter(({ visit_id }) => visit_id === basis.visit_id);
    return chain ? [{ basis, chain, events: events.sort((a, b) => a.n - b.n).map(readStored) }] : [];
  });
  return { ...held, enrolled, visits: inOrder(visits, ({ basis }) => basis.started_at) };
}

export async function recall(state: HeldState, store: Store, is_start: boolean): Promise<void> {
  const { lost, is_first, anchor, ...rest } = await store.load(crypto.randomUUID());
  const held = joined(rest);
  rememberAnchor(anchor);
  if (is_start) {
    // The note is there and the store is new: the browser has cleared it, or a person did.
    const gone = is_first ? readMarker() : null;
    if (gone) await store.putLost(gone);
    state.say({ is: "device", now: { lost: gone ?? lost } });
  }
  state.say({ is: "looked", reading: look() });
  state.say({ is: "loaded", held, is_start });
  keepMarker(state.value);
}
