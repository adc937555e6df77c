// The photo of the card: asked for durably, taken, made small, looked at, and only then evidence.
import type { Actions } from "../app/actions";
import type { HeldState } from "../app/held";
import { doorShown } from "../app/shown";
import { WORDS } from "../views/words";
import { resize } from "./camera";
import { instant, look } from "./clock";
import { factsOf, photographed, photoOf } from "./evidence";
import type { Store } from "./store";
import type { Taps } from "./taps";

export type Photographs = Pick<
  Actions,
  "askPhoto" | "openCamera" | "picked" | "keepPhoto" | "retakePhoto" | "photoAddress"
>;

export function takePhotographs(
  state: HeldState,
  store: Store,
  camera: HTMLInputElement,
  { once, here, append }: Taps,
): Photographs {
  function openCamera(): void {
    camera.value = "";
    camera.click();
  }

  /** That a photo was asked for is durable before the camera opens: the phone may kill the page behind it. */
  async function ask(): Promise<void> {
    await append(here(), [{ kind: "photo_asked", own: { photo_id: crypto.randomUUID() } }], null);
    openCamera();
  }

  async function picked(file: File): Promise<void> {
    const { visit_id } = here().basis;
    const step = doorShown(state.value)?.step;
    const kind = step?.is === "card" ? step.photo_kind : null;
    state.say({ is: "busy", doing: "photo" });
    const photo = photoOf(await resize(file), visit_id, kind ?? "card_photographed", instant(look().wall));
    if ((await store.photo(photo.sha256))?.is_kept) throw new Error(WORDS.photo.used);
    await store.putPhoto(photo);
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
    keepPhoto: (sha256) => void once(() => keep(sha256)),
    retakePhoto: (sha256) => void once(() => retake(sha256)),
    photoAddress: async (sha256) => {
      const bytes = (await store.photo(sha256))?.bytes;
      return bytes ? URL.createObjectURL(new Blob([bytes], { type: "image/jpeg" })) : null;
    },
  };
}
