// The photo's other ways: this phone has no room for it, or its camera app gives nothing back.
import { Component } from "preact";
import { type AtDoor, Button, Dock, Fault, Link, Page } from "./parts";
import { WORDS } from "./words";

/** Told at the door, before the card is pushed through: what is kept, what is not, and every way on. */
export function CardFull(seen: AtDoor) {
  const { state, act } = seen;
  const { full, card } = WORDS;
  const { unsaved } = state.device;
  const is_busy = state.busy === "photo";
  const may_shrink = unsaved !== null && !unsaved.is_small;
  const again = (): void => act.retryPhoto(false);
  const dock = (
    <Dock act={act} beside={<Button quiet words={full.waive} act={() => act.open("waive")} />}>
      {may_shrink ? (
        <Button words={is_busy ? card.resizing : full.smaller} is_off={is_busy} act={() => act.retryPhoto(true)} />
      ) : (
        <Button words={is_busy ? card.resizing : full.again} is_off={is_busy} act={again} />
      )}
    </Dock>
  );
  return (
    <Page seen={seen} name="card-full" to="card-photo" dock={dock}>
      <Fault words={full.head} />
      <p>
        <b>{full.kept}</b>
      </p>
      <p class="help">{may_shrink ? full.help : full.help_small}</p>
      <p class="help">{full.room}</p>
      {may_shrink ? <Link words={full.again} act={again} /> : null}
    </Page>
  );
}

/** The camera in the page itself. It is put out as soon as this screen goes. */
export class Viewfinder extends Component<AtDoor> {
  #video: HTMLVideoElement | null = null;

  override componentDidMount(): void {
    this.props.act.viewfinder(this.#video);
  }
  override componentWillUnmount(): void {
    this.props.act.viewfinder(null);
  }
  override render(seen: AtDoor) {
    const { state, act } = seen;
    const { card } = WORDS;
    const is_busy = state.busy === "photo";
    const shoot = (): void => {
      if (this.#video) act.shoot(this.#video);
    };
    const dock = (
      <Dock act={act} beside={<Button quiet words={card.camera_failed} act={() => act.open("waive")} />}>
        <Button words={is_busy ? card.resizing : card.shoot} icon="camera" is_off={is_busy} act={shoot} />
      </Dock>
    );
    return (
      <Page seen={seen} name="viewfinder" to="card-photo" is_tight dock={dock}>
        <video
          class="photo"
          ref={(video) => {
            this.#video = video;
          }}
          aria-label={card.viewfinder}
          autoplay
          muted
          playsInline
        />
        <p class="small quiet">{card.no_people}</p>
      </Page>
    );
  }
}
