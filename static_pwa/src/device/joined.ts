// Joins what the store holds into visits: each with its chain and its events in order.
import type { Visit } from "../app/records";
import type { Loaded } from "../app/update";
import { readStored } from "./journal";
import type { Held } from "./store";

export function joined(held: Held): Loaded {
  const visits = held.visits.flatMap((basis): Visit[] => {
    const chain = held.chains.find(({ visit_id }) => visit_id === basis.visit_id);
    const events = held.events.filter(({ visit_id }) => visit_id === basis.visit_id);
    return chain ? [{ basis, chain, events: events.sort((a, b) => a.n - b.n).map(readStored) }] : [];
  });
  visits.sort((a, b) => a.basis.started_at.localeCompare(b.basis.started_at));
  return { ...held, visits, photos: held.photos };
}
