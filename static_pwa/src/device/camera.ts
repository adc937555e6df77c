// Takes a file from the phone's camera through the resizing worker.
import type { Picture } from "./resize_worker";

/** The photo as it will be kept and sent; the worker is let go after each, since a photo is rare and memory is not. */
export function resize(file: Blob): Promise<Picture> {
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
    worker.postMessage(file);
  });
}
