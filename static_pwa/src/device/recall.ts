// Brings what the store holds back onto the screens: each visit with its chain and its events in order.
import type { HeldState } from "../app/held";
import type { Visit } from "../app/records";
import { inOrder } from "../app/times";
import type { Loaded } from "../app/update";
import { look } from "./clock";
import { readStored } from "./journal";
import type { Held, Store } from "./store";

function joined(held: Held): Loaded {
  const visits = held.visits.flatMap((basis): Visit[] => {
    const chain = held.chains.find(({ visit_id }) => visit_id === basis.visit_id);
    const events = held.events.filter(({ visit_id }) => visit_id === basis.visit_id);
    return chain ? [{ basis, chain, events: events.sort((a, b) => a.n - b.n).map(readStored) }] : [];
  });
  return { ...held, visits: inOrder(visits, ({ basis }) => basis.started_at) };
}

export async function recall(state: HeldState, store: Store, is_start: boolean): Promise<void> {
  const held = joined(await store.load(crypto.randomUUID()));
  state.say({ is: "looked", reading: look() });
  state.say({ is: "loaded", held, is_start });
}
