// Makes a picture into evidence: first a draft with its facts, then the event that names it.
import type { Entry } from "../app/actions";
import type { PhotoFacts, StoredPhoto } from "../app/records";
import type { Picture } from "./resize_worker";

/** A picture as it is stored until the operative has said that it can be read. */
export function photoOf(picture: Picture, visit_id: string, kind: string, saved_at: string): StoredPhoto {
  return { ...picture, visit_id, kind, saved_at, size_bytes: picture.bytes.byteLength, is_kept: false, is_sent: false };
}

/** What the screens need of it: its bytes stay in the store. */
export function factsOf({ bytes: _, ...facts }: StoredPhoto): PhotoFacts {
  return facts;
}

/** The event that makes a photo evidence: what its bytes are, and what its source claimed of itself. */
export function photographed(photo: StoredPhoto): Entry {
  const { sha256, size_bytes, width, height, source_sha256, source_taken_at, source_model, source_has_place } = photo;
  const claims = { source_taken_at, source_model, source_has_place };
  const said = Object.entries(claims).filter(
    (pair): pair is [string, string | boolean] => pair[1] !== undefined && pair[1] !== "",
  );
  return {
    kind: photo.kind,
    own: { photo_sha256: sha256, size_bytes, width, height, source_sha256, ...Object.fromEntries(said) },
  };
}
