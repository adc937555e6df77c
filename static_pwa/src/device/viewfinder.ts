// A picture from the camera's own stream, where the phone's camera app gives the page nothing.

/** The longest side asked of the camera: a card's words are read at 1600. */
const WANTED = { width: { ideal: 1920 }, height: { ideal: 1440 } };

let running: MediaStream | null = null;
let shown: HTMLVideoElement | null = null;
/** Counts each time that it is put on or out: what the phone gives for an earlier one is put out again. */
let turns = 0;

// Out of view the camera is put out, and back in view it is there again.
document.addEventListener("visibilitychange", () => {
  const video = shown;
  if (!video) return;
  closeViewfinder();
  shown = video;
  if (document.visibilityState === "visible") openViewfinder(video).catch(() => undefined);
});

/** Shows the camera in `video`; in vain where the phone refuses it. */
export async function openViewfinder(video: HTMLVideoElement): Promise<void> {
  closeViewfinder();
  shown = video;
  const turn = turns;
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", ...WANTED } });
  // Meanwhile the screen may have gone, or the phone into a pocket: a camera must not stay on behind either.
  if (turn !== turns || !video.isConnected) {
    for (const track of stream.getTracks()) track.stop();
    return;
  }
  running = stream;
  video.srcObject = stream;
  await video.play();
}

/** The light beside the lens goes out. */
export function closeViewfinder(): void {
  turns += 1;
  for (const track of running?.getTracks() ?? []) track.stop();
  running = null;
  shown = null;
}

/** What the camera shows now, as a file like any other photo. */
export async function shoot(video: HTMLVideoElement): Promise<File> {
  const canvas = document.createElement("canvas");
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext("2d")?.drawImage(video, 0, 0);
  const picture = await new Promise<Blob | null>((made) => canvas.toBlob(made, "image/jpeg", 0.92));
  if (!picture || canvas.width === 0) throw new Error("no picture");
  return new File([picture], "card.jpg", { type: "image/jpeg" });
}
