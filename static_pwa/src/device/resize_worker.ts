// Makes a photo small enough to send from a stairwell, away from the page's own thread.
import { sha256 } from "../domain/chain";
import { type Claims, readClaims } from "./exif";

export interface Picture extends Claims {
  readonly bytes: ArrayBuffer;
  readonly sha256: string;
  readonly source_sha256: string;
  readonly width: number;
  readonly height: number;
}

/** How large a picture may be. */
export interface Wanted {
  readonly longest_side: number;
  /** A leafy door at the first quality can be three times the size of a plain one: then the next will do. */
  readonly large_bytes: number;
}

const QUALITIES = [0.75, 0.6, 0.45];

async function shrink(
  file: Blob,
  { longest_side, large_bytes }: Wanted,
): Promise<{ bytes: ArrayBuffer; width: number; height: number }> {
  const whole = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, longest_side / Math.max(whole.width, whole.height));
  const width = Math.max(1, Math.round(whole.width * scale));
  const height = Math.max(1, Math.round(whole.height * scale));
  const canvas = new OffscreenCanvas(width, height);
  const pen = canvas.getContext("2d");
  if (!pen) throw new Error("no canvas");
  pen.imageSmoothingQuality = "high";
  pen.drawImage(whole, 0, 0, width, height);
  whole.close();
  let small: Blob | undefined;
  for (const quality of QUALITIES) {
    if (small && small.size <= large_bytes) break;
    small = await canvas.convertToBlob({ type: "image/jpeg", quality });
  }
  if (!small) throw new Error("no picture");
  return { bytes: await small.arrayBuffer(), width, height };
}

async function picture(file: Blob, wanted: Wanted): Promise<Picture> {
  const source = await file.arrayBuffer();
  const claims = readClaims(source);
  const source_sha256 = await sha256(source);
  // A format that this browser cannot read is kept as it came: the office may be able to.
  const made = await shrink(file, wanted).catch(() => ({ bytes: source, width: 0, height: 0 }));
  return { ...claims, ...made, source_sha256, sha256: await sha256(made.bytes) };
}

addEventListener("message", ({ data }: MessageEvent<{ file: Blob; wanted: Wanted }>) => {
  picture(data.file, data.wanted).then(
    (made) => postMessage(made, { transfer: [made.bytes] }),
    (fault) => postMessage(String(fault)),
  );
});
