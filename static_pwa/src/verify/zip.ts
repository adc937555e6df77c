// A pack's files out of its ZIP: stored or deflated, by the list at its end; what is hidden, doubled or too large is refused.

/** The ZIP cannot be read; the message says why, in words for a person. */
export class ZipRefused extends Error {}

const END = 0x06054b50;
const LISTED = 0x02014b50;
const LOCAL = 0x04034b50;
const MAX_FILES = 20_000;
const MAX_FILE_BYTES = 64 * 2 ** 20;
const MAX_WHOLE_BYTES = 1024 * 2 ** 20;

interface Listed {
  readonly name: string;
  readonly method: number;
  readonly packed_bytes: number;
  readonly size_bytes: number;
  readonly offset: number;
}

/** Every file in the ZIP, by its name; folders' own entries are passed by. */
export async function readZip(file: Blob): Promise<Map<string, Uint8Array<ArrayBuffer>>> {
  if (file.size > MAX_WHOLE_BYTES) throw new ZipRefused("it is larger than 1 GB");
  const bytes = new Uint8Array(await file.arrayBuffer());
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  const listed = list(bytes);
  if (listed.reduce((sum, one) => sum + one.size_bytes, 0) > MAX_WHOLE_BYTES)
    throw new ZipRefused("unpacked it would be larger than 1 GB");
  for (const one of listed) {
    if (files.has(one.name)) throw new ZipRefused(`it holds ${one.name} twice`);
    if (!one.name.endsWith("/")) files.set(one.name, await unpack(bytes, one));
  }
  return files;
}

function list(bytes: Uint8Array<ArrayBuffer>): Listed[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = endOf(view);
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  if (count > MAX_FILES || count === 0xffff || at === 0xffffffff) throw new ZipRefused("it holds too many files");
  const found: Listed[] = [];
  for (let index = 0; index < count; index++) {
    if (at + 46 > end || view.getUint32(at, true) !== LISTED) throw new ZipRefused("its list of files is broken");
    const name_bytes = view.getUint16(at + 28, true);
    const next = at + 46 + name_bytes + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    if (next > end) throw new ZipRefused("its list of files is broken");
    if (view.getUint16(at + 8, true) & 1) throw new ZipRefused("it is encrypted");
    found.push({
      name: readName(bytes.subarray(at + 46, at + 46 + name_bytes)),
      method: view.getUint16(at + 10, true),
      packed_bytes: view.getUint32(at + 20, true),
      size_bytes: view.getUint32(at + 24, true),
      offset: view.getUint32(at + 42, true),
    });
    at = next;
  }
  return found;
}

/** The end record stands last, before a comment of at most 64 KB. */
function endOf(view: DataView): number {
  const least = Math.max(0, view.byteLength - 22 - 0xffff);
  for (let at = view.byteLength - 22; at >= least; at--)
    if (view.getUint32(at, true) === END && at + 22 + view.getUint16(at + 20, true) === view.byteLength) return at;
  throw new ZipRefused("it is not a ZIP file, or was cut off");
}

function readName(bytes: Uint8Array): string {
  let name: string;
  try {
    name = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new ZipRefused("a file in it has a name that cannot be read");
  }
  const has_control = [...name].some((letter) => letter < " ");
  if (name === "" || name.startsWith("/") || name.includes("\\") || name.split("/").includes("..") || has_control)
    throw new ZipRefused(`it holds a file with a name that no pack has: ${JSON.stringify(name)}`);
  return name;
}

async function unpack(bytes: Uint8Array<ArrayBuffer>, one: Listed): Promise<Uint8Array<ArrayBuffer>> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (one.size_bytes > MAX_FILE_BYTES) throw new ZipRefused(`${one.name} is larger than 64 MB`);
  if (one.offset + 30 > bytes.length || view.getUint32(one.offset, true) !== LOCAL)
    throw new ZipRefused(`${one.name} is not where the list says`);
  const from = one.offset + 30 + view.getUint16(one.offset + 26, true) + view.getUint16(one.offset + 28, true);
  if (from + one.packed_bytes > bytes.length) throw new ZipRefused(`${one.name} is cut off`);
  const packed = bytes.slice(from, from + one.packed_bytes);
  if (one.method !== 0 && one.method !== 8) throw new ZipRefused(`${one.name} is packed in a way not known here`);
  const plain = one.method === 0 ? packed : await inflate(packed, one);
  if (plain.length !== one.size_bytes) throw new ZipRefused(`${one.name} is not as long as the list says`);
  return plain;
}

/** Stops at the size that the list promised: a small file that unpacks for ever fills no memory. */
async function inflate(packed: Uint8Array<ArrayBuffer>, one: Listed): Promise<Uint8Array<ArrayBuffer>> {
  const plain = new Uint8Array(one.size_bytes);
  let at = 0;
  try {
    const reader = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      if (at + read.value.length > plain.length) {
        await reader.cancel();
        break;
      }
      plain.set(read.value, at);
      at += read.value.length;
    }
  } catch {
    throw new ZipRefused(`${one.name} cannot be unpacked`);
  }
  if (at !== plain.length) throw new ZipRefused(`${one.name} is not as long as the list says`);
  return plain;
}
