// The card: the code to write, the photo that shows it, and where it was left.
import { Component } from "preact";
import { arrivalHash, type Door } from "../app/door";
import { draftPhoto } from "../app/shown";
import { clockTime, dateName } from "../app/times";
import { cardCode } from "../domain/chain";
import { PLACED } from "../domain/events";
import { Icon } from "./icons";
import {
  Button,
  Choices,
  Dock,
  doorName,
  Fault,
  Pair,
  Record,
  type Seen,
  ShortPlace,
  SomethingElse,
  Words,
} from "./parts";
import { WORDS } from "./words";

export function codeOf(door: Door): string {
  const hash = arrivalHash(door);
  return hash ? cardCode(hash) : "";
}

function mayLackPhoto({ rows }: Door): boolean {
  return rows.some(({ text, verdict }) => verdict.status === "open" && text.waivable?.includes("camera_failed"));
}

export function CardCode({ state, act, door }: Seen & { door: Door }) {
  const { card } = WORDS;
  const { snapshot, wall } = door;
  const shows: [string, string][] = [
    [card.date, dateName(wall)],
    [card.time, clockTime(wall)],
  ];
  if (snapshot.work_order_ref) shows.push([card.job, snapshot.work_order_ref]);
  if (snapshot.rebooking_number) shows.push([card.rebook, snapshot.rebooking_number]);
  const code = codeOf(door);
  return (
    <>
      <ShortPlace title={doorName(snapshot)} back={WORDS.checks} act={() => act.open("door")} />
      <main data-screen="card-code" class="tight">
        <Fault words={state.problem} />
        <h2>{card.write}</h2>
        <div class="code" role="img" aria-label={[...code].join(" ")} data-code={code}>
          {[...code].map((letter, place) => (
            <span key={place}>{letter}</span>
          ))}
        </div>
        <h2>{card.shows}</h2>
        <dl class="shows">
          {shows.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
        <h2>{card.half}</h2>
        <p class="small quiet">{card.keep}</p>
      </main>
      <Dock>
        <Button words={card.photograph} icon="camera" act={() => act.askPhoto()} />
        <Pair>
          {mayLackPhoto(door) ? (
            <Button quiet words={card.camera_failed} act={() => act.open("waive")} />
          ) : (
            <Button quiet words={card.no_letterbox} act={() => act.open("card-left")} />
          )}
          <SomethingElse act={act} />
        </Pair>
      </Dock>
    </>
  );
}

/** Shown from before the camera opens until a photo is there, also when the phone has killed the page meanwhile. */
export function CardPhoto({ state, act, door }: Seen & { door: Door }) {
  const { card } = WORDS;
  const is_busy = state.busy === "photo";
  return (
    <>
      <ShortPlace title={doorName(door.snapshot)} back={WORDS.back} act={() => act.open("card-code")} />
      <main data-screen="card-photo">
        <Fault words={state.problem} />
        <h2>{is_busy ? card.resizing : card.waiting}</h2>
        <p class="help">{card.asked}</p>
        <p class="help">
          {card.code} <b class="mono">{codeOf(door)}</b>
        </p>
      </main>
      <Dock>
        <Button
          words={is_busy ? card.resizing : card.camera}
          icon="camera"
          is_off={is_busy}
          act={() => act.openCamera()}
        />
        <Pair>
          <Button quiet words={card.camera_failed} act={() => act.open("waive")} />
          <SomethingElse act={act} />
        </Pair>
      </Dock>
    </>
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

export function CardCheck({ state, act, door }: Seen & { door: Door }) {
  const { card } = WORDS;
  const photo = draftPhoto(state, door.visit.basis.visit_id);
  if (!photo) return null;
  const code = codeOf(door);
  return (
    <>
      <ShortPlace title={doorName(door.snapshot)} back={WORDS.back} act={() => act.retakePhoto(photo.sha256)} />
      <main data-screen="card-check" class="tight" data-photo={photo.sha256}>
        <Fault words={state.problem} />
        <Picture key={photo.sha256} act={act} sha256={photo.sha256} />
        <p class="okline">
          <Icon name="met" size={22} />
          <span>{card.saved(photo.saved_at)}</span>
        </p>
        <h2>
          {card.can_you_read} <span class="mono">{code}</span> {card.whole_card}
        </h2>
        <p class="small quiet">{card.no_people}</p>
      </main>
      <Dock>
        <Button words={card.use} icon="tick" act={() => act.keepPhoto(photo.sha256)} />
        <Pair>
          <Button quiet words={card.retake} act={() => act.retakePhoto(photo.sha256)} />
          <SomethingElse act={act} />
        </Pair>
      </Dock>
    </>
  );
}

export function CardLeft({ state, act, door }: Seen & { door: Door }) {
  const { card } = WORDS;
  const { placed, words, fault } = state.draft;
  const is_turn = door.step.is === "card";
  const save = (): void => {
    const note = words.trim();
    if (!placed) act.draft({ fault: card.choose });
    else act.tap([{ kind: "card_left", own: note ? { placed, note: note.slice(0, 1000) } : { placed } }]);
  };
  return (
    <>
      <ShortPlace title={doorName(door.snapshot)} back={WORDS.checks} act={() => act.open("door")} />
      <main data-screen="card-left">
        <Fault words={fault || state.problem} />
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
        {placed === "other" ? (
          <Words id="placed-note" label={card.other_note} value={words} type={(typed) => act.draft({ words: typed })} />
        ) : null}
      </main>
      <Dock ask={is_turn ? card.push : undefined}>
        {is_turn ? (
          <Button words={card.save} act={save} />
        ) : (
          <Button words={WORDS.checks} act={() => act.open("door")} />
        )}
        <Pair>
          <Button quiet words={WORDS.door_answered} act={() => act.tap([{ kind: "access_gained", own: {} }])} />
          <SomethingElse act={act} />
        </Pair>
      </Dock>
    </>
  );
}
