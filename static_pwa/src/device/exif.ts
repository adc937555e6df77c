// Reads what a photo's file claims of itself before it is resized: when, by which model, and whether it says where.

export interface Claims {
  source_taken_at?: string;
  source_model?: string;
  source_has_place: boolean;
}

const TAKEN = 0x9003;
const MODEL = 0x0110;
const EXIF_TABLE = 0x8769;
const PLACE_TABLE = 0x8825;
const MOST_ENTRIES = 200;

/** Where the EXIF block begins in a JPEG, or -1. */
function exifStart(view: DataView): number {
  if (view.byteLength < 4 || view.getUint16(0) !== 0xffd8) return -1;
  let at = 2;
  while (at + 10 < view.byteLength && view.getUint8(at) === 0xff) {
    const marker = view.getUint8(at + 1);
    if (marker === 0xda) return -1;
    if (marker === 0xe1 && view.getUint32(at + 4) === 0x45786966) return at + 10;
    at += 2 + view.getUint16(at + 2);
  }
  return -1;
}

function readTable(view: DataView, base: number, at: number, little: boolean, found: Map<number, number>): void {
  const count = Math.min(view.getUint16(base + at, little), MOST_ENTRIES);
  for (let index = 0; index < count; index++) {
    const entry = base + at + 2 + index * 12;
    found.set(view.getUint16(entry, little), entry);
  }
}

function text(view: DataView, base: number, entry: number, little: boolean): string {
  const length = Math.min(view.getUint32(entry + 4, little), 100);
  const at = length <= 4 ? entry + 8 : base + view.getUint32(entry + 8, little);
  let read = "";
  for (let index = 0; index < length; index++) {
    const code = view.getUint8(at + index);
    if (code === 0) break;
    if (code >= 32 && code < 127) read += String.fromCharCode(code);
  }
  return read.trim();
}

/** Claims only: anybody can write them. A file that is broken, or is no JPEG, claims nothing. */
export function readClaims(bytes: ArrayBuffer): Claims {
  const claims: Claims = { source_has_place: false };
  try {
    const view = new DataView(bytes);
    const base = exifStart(view);
    if (base < 0) return claims;
    const little = view.getUint16(base) === 0x4949;
    const found = new Map<number, number>();
    readTable(view, base, view.getUint32(base + 4, little), little, found);
    const deeper = found.get(EXIF_TABLE);
    if (deeper !== undefined) readTable(view, base, view.getUint32(deeper + 8, little), little, found);
    const taken = found.get(TAKEN);
    const model = found.get(MODEL);
    if (taken !== undefined) claims.source_taken_at = text(view, base, taken, little);
    if (model !== undefined) claims.source_model = text(view, base, model, little);
    claims.source_has_place = found.has(PLACE_TABLE);
  } catch {
    // A cut or crafted file ends the reading; what was read stands.
  }
  return claims;
}
