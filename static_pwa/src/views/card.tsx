// The card: the code to write, the photo that shows it, and where it was left.
import { Component } from "preact";
import { arrivalHash, type Door } from "../app/door";
import { draftPhoto } from "../app/shown";
import { clockTime } from "../app/times";
import { cardCode } from "../domain/chain";
import { cleanText, PLACED } from "../domain/events";
import { Icon } from "./icons";
import { type AtDoor, Button, Choices, Dock, DoorAnswered, Link, Page, Record, type Seen, Words } from "./parts";
import { dateName, named, WORDS } from "./words";

export function codeOf(door: Door): string {
  const hash = arrivalHash(door);
  return hash ? cardCode(hash) : "";
}

export function CardCode(seen: AtDoor) {
  const { act, door } = seen;
  const { card } = WORDS;
  const { snapshot, wall } = door;
  const shows: [string, string | undefined][] = [
    [card.date, dateName(wall)],
    [card.time, clockTime(wall)],
    [WORDS.appointment.work, snapshot.work_order_ref],
    [card.rebook, snapshot.rebooking_number],
  ];
  const code = codeOf(door);
  const beside = <Button quiet words={card.no_letterbox} act={() => act.open("card-left")} />;
  const dock = (
    <Dock act={act} beside={beside}>
      <Button words={card.photograph} icon="camera" act={act.askPhoto} />
    </Dock>
  );
  return (
    <Page seen={seen} name="card-code" to="door" is_tight dock={dock}>
      <h2>{card.write}</h2>
      <div class="code" role="img" aria-label={[...code].join(" ")} data-code={code}>
        {[...code].map((letter, place) => (
          <span key={place}>{letter}</span>
        ))}
      </div>
      <h2>{card.shows}</h2>
      <dl class="shows">
        {shows.map(([name, value]) =>
          value ? (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ) : null,
        )}
      </dl>
      <h2>{card.half}</h2>
      <p class="small quiet">{card.keep}</p>
    </Page>
  );
}

/** Shown from before the camera opens until a photo is there, also when the phone has killed the page meanwhile. */
export function CardPhoto(seen: AtDoor) {
  const { state, act, door } = seen;
  const { card } = WORDS;
  const is_busy = state.busy === "photo";
  const dock = (
    <Dock act={act} beside={<Button quiet words={card.camera_failed} act={() => act.open("waive")} />}>
      <Button words={is_busy ? card.resizing : card.camera} icon="camera" is_off={is_busy} act={act.openCamera} />
    </Dock>
  );
  return (
    <Page seen={seen} name="card-photo" is={is_busy ? "saving" : undefined} to="card-code" dock={dock}>
      <h2>{is_busy ? card.resizing : card.waiting}</h2>
      <p class="help">{card.asked}</p>
      {is_busy ? null : <Link words={card.here} act={() => act.open("viewfinder")} />}
      <p class="help">
        {card.code} <b class="mono">{codeOf(door)}</b>
      </p>
    </Page>
  );
}

/** The photo as it was stored; its address in memory is given back when it leaves the screen. */
class Picture extends Component<{ act: Seen["act"]; sha256: string }, { address: string | null; is_broken: boolean }> {
  override state = { address: null, is_broken: false };

  override async componentDidMount(): Promise<void> {
    this.setState({ address: await this.props.act.photoAddress(this.props.sha256) });
  }
  override componentWillUnmount(): void {
    if (this.state.address) URL.revokeObjectURL(this.state.address);
  }
  override render() {
    const { address, is_broken } = this.state;
    if (is_broken) return <p class="help">{WORDS.card.no_picture}</p>;
    if (!address) return <div class="photo" />;
    return (
      <img class="photo" src={address} alt={WORDS.card.picture} onError={() => this.setState({ is_broken: true })} />
    );
  }
}

export function CardCheck(seen: AtDoor) {
  const { state, act, door } = seen;
  const { card } = WORDS;
  const photo = draftPhoto(state, door.visit.basis.visit_id);
  if (!photo) return null;
  const { sha256, saved_at } = photo;
  const retake = (): void => act.retakePhoto(sha256);
  const dock = (
    <Dock act={act} beside={<Button quiet words={card.retake} act={retake} />}>
      <Button words={card.use} icon="tick" act={() => act.keepPhoto(sha256)} />
    </Dock>
  );
  return (
    <Page seen={seen} name="card-check" to={retake} is_tight photo={sha256} dock={dock}>
      <Picture key={sha256} act={act} sha256={sha256} />
      <p class="okline">
        <Icon name="met" size={22} />
        <span>{card.saved(saved_at)}</span>
      </p>
      <h2>
        {card.can_you_read} <span class="mono">{codeOf(door)}</span> {card.whole_card}
      </h2>
      <p class="small quiet">{card.no_people}</p>
    </Page>
  );
}

export function CardLeft(seen: AtDoor) {
  const { state, act, door } = seen;
  const { card } = WORDS;
  const { placed, words } = state.draft;
  const is_turn = door.step.is === "card";
  const save = (): void => {
    const note = cleanText(words);
    if (!placed) act.draft({ fault: card.choose });
    else act.tap("card_left", note ? { placed, note } : { placed });
  };
  const dock = (
    <Dock
      ask={is_turn && (!placed || placed === "letterbox") ? card.push : undefined}
      act={act}
      beside={<DoorAnswered act={act} />}
    >
      {is_turn ? <Button words={card.save} act={save} /> : <Button words={WORDS.checks} act={() => act.open("door")} />}
    </Dock>
  );
  return (
    <Page seen={seen} name="card-left" is={is_turn ? undefined : "not-yet"} to="door" dock={dock}>
      <Record rows={[[card.code.replace(":", ""), codeOf(door)]]} />
      {is_turn ? (
        <Choices
          legend={card.where}
          name="placed"
          values={PLACED}
          words={card.placed}
          chosen={placed}
          choose={(value) => act.draft({ placed: value })}
        />
      ) : (
        <p class="help">{card.not_now}</p>
      )}
      {is_turn && placed in card.place_help ? <p class="help">{named(card.place_help, placed)}</p> : null}
      {placed === "other" ? <Words seen={seen} id="placed-note" label={card.other_note} comes /> : null}
    </Page>
  );
}
