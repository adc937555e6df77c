// The page itself: takes the pack and the key, has them checked, and says in plain words what came of it.
import "./verify.css";
import { fromUtf8, WrongForm } from "./encodings.ts";
import { button, errorAt, field, tell } from "./form.ts";
import { readKey, type VerifierKey } from "./note.ts";
import { showRefusal, showReport } from "./shown.ts";
import { verify } from "./verify.ts";
import { readZip, ZipRefused } from "./zip.ts";

const MAX_KEY_BYTES = 10_000;

async function theKey(): Promise<VerifierKey | null> {
  const file = field<HTMLInputElement>("key-file").files?.[0];
  const typed = field<HTMLTextAreaElement>("key").value.trim();
  if (typed === "" && !file) return errorAt("key", "Paste the landlord’s log key, or choose a file that holds it.");
  if (typed === "" && file && file.size > MAX_KEY_BYTES)
    return errorAt("key", "That file is too large to be a log key.");
  try {
    const text = typed === "" && file ? fromUtf8(new Uint8Array(await file.arrayBuffer())) : typed;
    errorAt("key", "");
    return await readKey(text);
  } catch (fault) {
    if (!(fault instanceof WrongForm)) throw fault;
    return errorAt("key", `This ${fault.message}.`);
  }
}

function thePack(): File | null {
  const file = field<HTMLInputElement>("pack").files?.[0] ?? null;
  errorAt("pack", file ? "" : "Choose the pack: the ZIP file that you were given.");
  return file;
}

async function check(): Promise<void> {
  const pack = thePack();
  const key = await theKey();
  if (!pack || !key) {
    document.querySelector<HTMLElement>(".is-wrong input, .is-wrong textarea")?.focus();
    return;
  }
  button().disabled = true;
  tell("Checking. A large pack takes some seconds.");
  try {
    showReport(await verify(await readZip(pack), key), pack.name, key);
  } catch (fault) {
    if (!(fault instanceof ZipRefused)) throw fault;
    showRefusal(`${pack.name}: ${fault.message}.`);
  } finally {
    button().disabled = false;
    tell("");
  }
}

if (crypto.subtle === undefined || typeof DecompressionStream === "undefined") {
  field("unable").hidden = false;
  field("form").hidden = true;
} else
  field<HTMLFormElement>("form").addEventListener("submit", (event) => {
    event.preventDefault();
    check().catch((fault: unknown) => showRefusal(`The pack could not be checked to the end: ${String(fault)}`));
  });
