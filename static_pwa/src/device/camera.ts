// Takes a file from the phone's camera through the resizing worker.
import type { Picture, Wanted } from "./resize_worker";

/** Enough to read a card by, in a third of the room. */
const SMALL: Wanted = { longest_side: 1000, large_bytes: 60_000 };
const USUAL: Wanted = { longest_side: 1600, large_bytes: 200_000 };

/** The photo as it will be kept and sent; the worker is let go after each, since a photo is rare and memory is not. */
export function resize(file: Blob, is_small = false): Promise<Picture> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./resize_worker.ts", import.meta.url), { type: "module" });
    const end = (): void => worker.terminate();
    worker.onmessage = ({ data }: MessageEvent<Picture | string>) => {
      end();
      if (typeof data === "string") reject(new Error(data));
      else resolve(data);
    };
    worker.onerror = (event) => {
      end();
      reject(new Error(event.message));
    };
    worker.postMessage({ file, wanted: is_small ? SMALL : USUAL });
  });
}
