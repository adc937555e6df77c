// The photo of the card: asked for durably, taken, made small, looked at, and only then evidence.
import type { Actions } from "../app/actions";
import type { HeldState } from "../app/held";
import { doorShown } from "../app/shown";
import { WORDS } from "../views/words";
import { resize } from "./camera";
import { instant, look } from "./clock";
import { factsOf, photographed, photoOf } from "./evidence";
import { isFull } from "./shelves";
import type { Store } from "./store";
import type { Taps } from "./taps";
import { closeViewfinder, openViewfinder, shoot } from "./viewfinder";

export type Photographs = Pick<
  Actions,
  | "askPhoto"
  | "openCamera"
  | "picked"
  | "keepPhoto"
  | "retakePhoto"
  | "retryPhoto"
  | "photoAddress"
  | "viewfinder"
  | "shoot"
>;

export function takePhotographs(
  state: HeldState,
  store: Store,
  camera: HTMLInputElement,
  { once, here, append }: Taps,
): Photographs {
  /** What there was no room for, as long as the page lives: nobody was told that it is saved. */
  let unsaved: File | null = null;

  function openCamera(): void {
    camera.value = "";
    camera.click();
  }

  /** That a photo was asked for is durable before the camera opens: the phone may kill the page behind it. */
  async function ask(): Promise<void> {
    await append(here(), [{ kind: "photo_asked", own: { photo_id: crypto.randomUUID() } }], null);
    openCamera();
  }

  async function picked(file: File, is_small = false): Promise<void> {
    const { visit_id } = here().basis;
    const step = doorShown(state.value)?.step;
    const kind = step?.is === "card" ? step.photo_kind : null;
    state.say({ is: "busy", doing: "photo" });
    const photo = photoOf(await resize(file, is_small), visit_id, kind ?? "card_photographed", instant(look().wall));
    if ((await store.photo(photo.sha256))?.is_kept) throw new Error(WORDS.photo.used);
    try {
      await store.putPhoto(photo);
    } catch (fault) {
      if (!isFull(fault)) throw fault;
      // Told now, at the door: ticks and times have room kept for them, a photo has not.
      unsaved = file;
      const { size_bytes } = photo;
      state.say({ is: "device", now: { space: "full", unsaved: { size_bytes, is_small } } });
      state.say({ is: "busy", doing: "" });
      state.say({ is: "opened", screen: "card-full" });
      return;
    }
    unsaved = null;
    state.say({ is: "device", now: { unsaved: null } });
    state.say({ is: "photo_kept", photo: factsOf(photo) });
    state.say({ is: "opened", screen: null });
  }

  async function keep(sha256: string): Promise<void> {
    const photo = await store.photo(sha256);
    if (!photo) throw new Error(WORDS.not_saved);
    await append(here(), [photographed(photo)], null, { keep_photo: sha256 });
    state.say({ is: "photo_kept", photo: { ...factsOf(photo), is_kept: true } });
  }

  async function retake(sha256: string): Promise<void> {
    await store.dropDraft(sha256);
    state.say({ is: "photo_dropped", sha256 });
    await ask();
  }

  camera.addEventListener("change", () => {
    const file = camera.files?.[0];
    if (file) void once(() => picked(file));
  });

  return {
    openCamera,
    askPhoto: () => void once(ask),
    picked: (file) => void once(() => picked(file)),
    retryPhoto: (is_small) => {
      const file = unsaved;
      if (file) void once(() => picked(file, is_small));
      else openCamera();
    },
    viewfinder: (video) => {
      if (!video) closeViewfinder();
      else openViewfinder(video).catch(() => state.say({ is: "problem", words: WORDS.card.no_viewfinder }));
    },
    shoot: (video) => void once(async () => picked(await shoot(video))),
    keepPhoto: (sha256) => void once(() => keep(sha256)),
    retakePhoto: (sha256) => void once(() => retake(sha256)),
    photoAddress: async (sha256) => {
      const bytes = (await store.photo(sha256))?.bytes;
      return bytes ? URL.createObjectURL(new Blob([bytes], { type: "image/jpeg" })) : null;
    },
  };
}
