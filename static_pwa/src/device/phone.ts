// Joins the screens to the phone: takes what a screen asks for, does it durably, and then says so to the state.
import type { Actions, Entry } from "../app/actions";
import { isClosed, longestWait } from "../app/door";
import type { HeldState } from "../app/held";
import type { Day, PolicyText, Visit, VisitBasis } from "../app/records";
import { doorShown } from "../app/shown";
import type { Route, Screen, State } from "../app/state";
import { type Message, update } from "../app/update";
import { isWallMoved } from "../domain/stopwatch";
import { WORDS } from "../views/words";
import { call } from "./api";
import { resize } from "./camera";
import { instant, look } from "./clock";
import { factsOf, photographed, photoOf } from "./evidence";
import { joined } from "./joined";
import { Journal } from "./journal";
import { Outbox, type Round } from "./outbox";
import { lookWhere } from "./place";
import { endSession, openSession } from "./session";
import type { Store } from "./store";
import { registerUpdates } from "./updates";
import { keepAwake } from "./wake_lock";

/** What may still be said of a visit that is closed. */
const AFTER_CLOSE = ["access_gained", "note_added"];
const TICK_MS = 250;
/** With nothing running, the page need only keep up with the minute. */
const STILL_MS = 10_000;
const KEEP_WATCH_MS = 10_000;
const ASK_AGAIN_MS = 30_000;

export class Phone implements Actions {
  readonly #state: HeldState;
  readonly #store: Store;
  readonly #journal: Journal;
  readonly #outbox: Outbox;
  readonly #tabs: BroadcastChannel | null = "BroadcastChannel" in globalThis ? new BroadcastChannel("doorstep") : null;
  #is_writing = false;
  #camera: HTMLInputElement | null = null;
  #watch_kept_at = 0;

  constructor(state: HeldState, store: Store) {
    this.#state = state;
    this.#store = store;
    this.#journal = new Journal(store, look);
    this.#outbox = new Outbox(
      { store, send: call, now_ms: () => Date.now() },
      {
        actor_id: () => (state.value.needs_sign_in ? null : (state.value.person?.person_id ?? null)),
        began: () => this.#say({ is: "net", is_sending: true }),
        ended: (round) => this.#roundEnded(round),
      },
    );
  }

  #say(message: Message): void {
    this.#state.value = update(this.#state.value, message);
  }

  /** Opens the store, draws what is there, and only then looks for a network. */
  async wake(camera: HTMLInputElement): Promise<void> {
    this.#camera = camera;
    await this.#reload(true);
    this.#listen();
    const open = this.#state.value.visits.filter((visit) => !isClosed(visit));
    // A time out of view is stated as soon as it is over, before any tap.
    for (const visit of open) await this.#append(visit, [], undefined);
    void registerUpdates(open.length > 0);
    void this.#askToPersist();
    this.#outbox.poke();
    void this.#fetchDay();
  }

  async #reload(is_start: boolean): Promise<void> {
    const held = joined(await this.#store.load(crypto.randomUUID()));
    this.#say({ is: "looked", reading: look() });
    this.#say({ is: "loaded", held, is_start });
  }

  #listen(): void {
    const attend = (): void => this.#viewChanged();
    document.addEventListener("visibilitychange", attend);
    addEventListener("pagehide", attend);
    addEventListener("pageshow", attend);
    addEventListener("online", () => {
      this.#say({ is: "net", is_online: true });
      this.#outbox.poke();
      void this.#fetchDay();
    });
    addEventListener("offline", () => this.#say({ is: "net", is_online: false }));
    this.#tabs?.addEventListener("message", () => void this.#reload(false));
    this.#camera?.addEventListener("change", () => {
      const file = this.#camera?.files?.[0];
      if (file) this.picked(file);
    });
    setInterval(() => this.#tick(), TICK_MS);
    setInterval(() => this.#outbox.nudge(), ASK_AGAIN_MS);
    if (!navigator.onLine) this.#say({ is: "net", is_online: false });
  }

  /** Into view or out of it: the stopwatch must know at once, durably, since a hidden page may never run again. */
  #viewChanged(): void {
    this.#say({ is: "looked", reading: look() });
    this.#keepWatches();
    if (document.visibilityState !== "visible") return;
    for (const visit of this.#open()) void this.#append(visit, [], undefined);
    this.#outbox.poke();
    void this.#fetchDay();
  }

  #tick(): void {
    if (document.visibilityState !== "visible") return;
    const reading = look();
    const is_still = this.#open().length === 0 && reading.mono - this.#state.value.reading.mono < STILL_MS;
    if (is_still) return;
    const is_moved = isWallMoved(this.#state.value.reading, reading);
    this.#say({ is: "looked", reading });
    // A wall clock moved in view counts for nothing, and must not after a restart either: so it is written at once.
    if (is_moved || reading.mono - this.#watch_kept_at >= KEEP_WATCH_MS) this.#keepWatches();
    const door = doorShown(this.#state.value);
    void keepAwake(door !== null && longestWait(door.rows) !== undefined);
  }

  #keepWatches(): void {
    this.#watch_kept_at = performance.now();
    for (const { chain } of this.#open()) this.#store.putWatch(chain.visit_id, chain.watch).catch(() => undefined);
  }

  #open(): Visit[] {
    return this.#state.value.visits.filter((visit) => !isClosed(visit));
  }

  async #askToPersist(): Promise<void> {
    if (!navigator.storage?.persist) return;
    const is_persisted = (await navigator.storage.persisted()) || (await navigator.storage.persist());
    this.#say({ is: "persisted", is_persisted });
  }

  async #roundEnded(round: Round): Promise<void> {
    this.#say({ is: "net", is_sending: false, ...(round.is === "sent" ? { is_online: true } : {}) });
    if (round.is === "again_later" && round.is_unreachable) this.#say({ is: "net", is_online: false });
    if (round.is === "number_taken") await this.#store.renewInstallation(round.queue, crypto.randomUUID());
    if (round.is === "number_taken" || round.is === "sign_in") {
      await this.#store.putNeedsSignIn(true);
      this.#say({ is: "signed_out", is_forgotten: false });
    }
    await this.#reload(false);
    if (round.is !== "sent") return;
    if (round.is_news) this.#tabs?.postMessage("sent");
    if (round.is_day_changed) await this.#fetchDay();
  }

  async #fetchDay(): Promise<void> {
    const { person, needs_sign_in } = this.#state.value;
    if (!person || needs_sign_in) return;
    const answer = await call<Day>("/api/day");
    // Whoever asked may have handed the phone on meanwhile.
    if (answer.is !== "ok" || this.#state.value.person?.person_id !== person.person_id) return;
    const day = answer.body;
    await this.#store.putDay(day);
    await this.#store.putStandings(day.visits);
    await this.#store.startFeed(person.person_id, day.feed_next);
    this.#say({ is: "day_came", day });
    this.#say({ is: "net", is_online: true });
  }

  go(route: Route): void {
    this.#say({ is: "went", route });
    scrollTo(0, 0);
  }
  open(screen: Screen | null): void {
    this.#say({ is: "opened", screen });
  }
  draft(draft: Partial<State["draft"]>): void {
    this.#say({ is: "drafted", draft });
  }
  choose(clause: string): void {
    this.#say({ is: "chose", clause });
  }
  putOff(clause: string): void {
    this.#say({ is: "put_off", clause });
  }
  decline(clause: string, is_declined: boolean): void {
    this.#say({ is: "declined", clause, is_declined });
  }
  sendNow(): void {
    this.#outbox.poke(true);
    void this.#fetchDay();
  }

  signIn(username: string, password: string): void {
    void this.#once(async () => {
      this.#say({ is: "busy", doing: "sign_in" });
      const { installation_id } = this.#state.value.queue;
      const person = await openSession(username, password, installation_id);
      if (typeof person === "string") return this.#say({ is: "problem", words: person });
      const is_other = this.#state.value.person?.person_id !== person.person_id;
      if (is_other) await this.#store.putDay(null);
      await this.#store.putPerson(person);
      await this.#store.putNeedsSignIn(false);
      this.#say({ is: "signed_in", person });
      this.#say({ is: "busy", doing: "" });
      if (is_other || this.#state.value.route.at === "sign-in") await this.#reload(true);
      this.#outbox.poke();
      await this.#fetchDay();
      void this.#askToPersist();
    });
  }

  signOut(): void {
    void this.#once(async () => {
      await endSession();
      await this.#store.putPerson(null);
      await this.#store.putDay(null);
      this.#say({ is: "signed_out", is_forgotten: true });
    });
  }

  /** One thing at a time: a second tap while the first is being written is the same thumb. */
  async #once(work: () => Promise<void>): Promise<void> {
    if (this.#is_writing) return;
    this.#is_writing = true;
    try {
      await work();
    } catch (fault) {
      this.#say({ is: "problem", words: fault instanceof Error ? fault.message : WORDS.not_saved });
    } finally {
      this.#is_writing = false;
    }
  }

  #who(visit: { readonly actor_id: string }): { device_id: string; actor_id: string } {
    const actor_id = this.#state.value.person?.person_id ?? visit.actor_id;
    return { device_id: this.#state.value.queue.installation_id, actor_id };
  }

  async #append(
    visit: Visit,
    entries: readonly Entry[],
    next: Screen | null | undefined,
    keep?: string,
  ): Promise<Visit> {
    const { visit_id } = visit.basis;
    const current = this.#state.value.visits.find(({ basis }) => basis.visit_id === visit_id) ?? visit;
    const said = isClosed(current) ? entries.filter(({ kind }) => AFTER_CLOSE.includes(kind)) : entries;
    const moved = await this.#journal.append(current, said, this.#who(visit.basis), keep);
    if (moved.chain.head === current.chain.head) return moved;
    this.#say({ is: "visit_moved", visit: moved, screen: next ?? null, is_tap: next !== undefined, reading: look() });
    this.#tabs?.postMessage(visit_id);
    this.#outbox.poke();
    return moved;
  }

  #here(): Visit {
    const { route, visits } = this.#state.value;
    const visit = visits.find(({ basis }) => route.at === "door" && basis.visit_id === route.visit_id);
    if (!visit) throw new Error(WORDS.not_saved);
    return visit;
  }

  begin(appointment_id: string): void {
    void this.#once(async () => {
      const { day, person } = this.#state.value;
      const listed = day?.appointments.find((one) => one.appointment_id === appointment_id);
      const policy: PolicyText | undefined = day?.policies.find(({ version }) => version === listed?.policy_version);
      if (!listed || !policy || !person) throw new Error(WORDS.no_policy);
      const { snapshot, snapshot_sha256 } = listed;
      const now = look();
      const basis: VisitBasis = {
        visit_id: crypto.randomUUID(),
        appointment_id,
        actor_id: person.person_id,
        started_at: instant(now.wall),
        snapshot,
        snapshot_sha256,
        policy,
      };
      const visit = await this.#journal.begin(basis, this.#who(basis));
      this.#say({ is: "visit_moved", visit, screen: null, is_tap: true, reading: look() });
      this.#tabs?.postMessage(basis.visit_id);
      this.#outbox.poke();
    });
  }

  arrive(): void {
    void this.#once(async () => {
      const visit = this.#here();
      this.#say({ is: "busy", doing: "place" });
      const place = await lookWhere();
      await this.#append(visit, [{ kind: "arrived", own: { address_confirmed: true, ...place } }], null);
      this.#say({ is: "busy", doing: "" });
    });
  }

  tap(entries: readonly Entry[], next: Screen | null = null): void {
    const work = async (): Promise<void> => void (await this.#append(this.#here(), entries, next));
    // Whoever is not safe does not wait for a place or a photo to be ready.
    if (entries[0]?.kind === "left_unsafe") work().catch(() => this.#say({ is: "problem", words: WORDS.not_saved }));
    else void this.#once(work);
  }

  /** That a photo was asked for is durable before the camera opens: the phone may kill the page behind it. */
  askPhoto(): void {
    void this.#once(async () => {
      await this.#append(this.#here(), [{ kind: "photo_asked", own: { photo_id: crypto.randomUUID() } }], null);
      this.openCamera();
    });
  }
  openCamera(): void {
    if (!this.#camera) return;
    this.#camera.value = "";
    this.#camera.click();
  }

  picked(file: File): void {
    void this.#once(async () => {
      const visit = this.#here();
      const door = doorShown(this.#state.value);
      const kind = door?.step.is === "card" ? door.step.photo_kind : null;
      this.#say({ is: "busy", doing: "photo" });
      const photo = photoOf(
        await resize(file),
        visit.basis.visit_id,
        kind ?? "card_photographed",
        instant(look().wall),
      );
      if ((await this.#store.photo(photo.sha256))?.is_kept) throw new Error(WORDS.photo.used);
      await this.#store.putPhoto(photo);
      this.#say({ is: "photo_kept", photo: factsOf(photo) });
      this.open(null);
    });
  }

  keepPhoto(sha256: string): void {
    void this.#once(async () => {
      const photo = await this.#store.photo(sha256);
      if (!photo) throw new Error(WORDS.not_saved);
      await this.#append(this.#here(), [photographed(photo)], null, sha256);
      this.#say({ is: "photo_kept", photo: { ...factsOf(photo), is_kept: true } });
    });
  }

  retakePhoto(sha256: string): void {
    void this.#once(async () => {
      await this.#store.dropDraft(sha256);
      this.#say({ is: "photo_dropped", sha256 });
      await this.#append(this.#here(), [{ kind: "photo_asked", own: { photo_id: crypto.randomUUID() } }], null);
      this.openCamera();
    });
  }

  async photoAddress(sha256: string): Promise<string | null> {
    const bytes = (await this.#store.photo(sha256))?.bytes;
    return bytes ? URL.createObjectURL(new Blob([bytes], { type: "image/jpeg" })) : null;
  }
}
