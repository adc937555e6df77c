// Draws the one screen that the state calls for, under the strip that says what is not sent.
import { doorShown, shownAt } from "../app/shown";
import type { Seen } from "./parts";
import type * as Screens from "./screens";
import { Strip } from "./strip";
import { Today } from "./today";

let screens: typeof Screens | null = null;

/** Today is here at once; all other screens come with this, a moment later. */
export async function loadScreens(): Promise<void> {
  screens = await import("./screens");
}

/** Whoever starts the phone in the middle of a visit, or signed out, begins on another screen than Today. */
export const isToday = ({ person, route }: Seen["state"]): boolean => person !== null && route.at === "today";

function Screen({ state, act }: Seen) {
  if (isToday(state)) return <Today state={state} act={act} />;
  if (!screens) return null;
  const { AT_A_DOOR, ELSEWHERE, Announce } = screens;
  const at = state.person ? state.route.at : "sign-in";
  const door = at === "door" ? doorShown(state) : null;
  const View = at === "today" || at === "door" ? Today : ELSEWHERE[at];
  if (!door) return <View state={state} act={act} />;
  const AtDoor = AT_A_DOOR[shownAt(state, door)];
  return (
    <>
      <AtDoor state={state} act={act} door={door} />
      <Announce door={door} />
    </>
  );
}

export function App({ state, act }: Seen) {
  if (!state.is_loaded) return null;
  return (
    <>
      {state.person ? <Strip state={state} act={act} /> : null}
      <Screen state={state} act={act} />
    </>
  );
}
