// What this phone itself has to say, at a calm moment: it was cleared, it is full, it is being updated, put it at hand.
import { begunElsewhere, offersInstall } from "../app/device";
import { isClosed } from "../app/door";
import type { Snapshot } from "../app/records";
import { doorName, Link, type Seen } from "./parts";
import { WORDS } from "./words";

type Notice = readonly [name: string, head: string, words: string, links?: readonly [string, () => void][]];

function lostWords(unsent: number, at: number): string {
  const { some, none } = WORDS.lost;
  return unsent > 0 ? some(unsent, at, at) : none(at, at);
}

/** In the order of what most needs to be known. `is_door`: only what matters before a door. */
function noticesOf({ state, act }: Seen, is_door: boolean): Notice[] {
  const { device, day, visits, person, enrolled } = state;
  const { lost, space, is_updating, settings } = device;
  const { lost: words, space: room, install, updating, enrol } = WORDS;
  const found: Notice[] = [];
  if (is_updating) found.push(["updating", updating[0] ?? "", updating[1] ?? ""]);
  if (enrolled?.is_revoked) found.push(["revoked", enrol.revoked[0] ?? "", enrol.revoked[1] ?? ""]);
  if (lost && !is_door) {
    const read: Notice[3] = [[words.read, act.readLost]];
    const gone = `${lostWords(lost.unsent, lost.at)} ${person ? "" : words.sign_in}`;
    found.push(lost.is_wiped ? ["wiped", enrol.revoked[0] ?? "", enrol.wiped, read] : ["lost", words.head, gone, read]);
  }
  for (const appointment_id of is_door || !person ? [] : begunElsewhere(state)) {
    const listed = day?.appointments.find((one) => one.appointment_id === appointment_id);
    const door = listed ? doorName(JSON.parse(listed.snapshot) as Snapshot) : appointment_id;
    found.push(["elsewhere", words.elsewhere(door), words.elsewhere_help]);
  }
  if (space !== "enough" && person)
    found.push([`space-${space}`, room[space][0] ?? "", room[space][1] ?? "", [[room.look, act.lookForRoom]]]);
  // A calm moment is one with nothing else to say.
  if (found.length === 0 && !is_door && person && visits.every(isClosed) && offersInstall(state))
    found.push([
      "install",
      `${install.offer}.`,
      install.why_short,
      [
        [install.how, () => act.go({ at: "install" })],
        [install.later, () => act.set({ ...settings, put_off_at: state.reading.wall })],
      ],
    ]);
  return found;
}

export function Notices({ is_door = false, ...seen }: Seen & { is_door?: boolean }) {
  return (
    <>
      {noticesOf(seen, is_door).map(([name, head, words, links]) => (
        <section key={name + head} class="notice" data-notice={name} role={name === "updating" ? "status" : undefined}>
          <p>
            <b>{head}</b> {words}
          </p>
          {links ? (
            <p class="links">
              {links.map(([label, go]) => (
                <Link key={label} words={label} act={go} />
              ))}
            </p>
          ) : null}
        </section>
      ))}
    </>
  );
}
