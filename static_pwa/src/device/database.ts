// IndexedDB as promises: transactions that are strict, and a connection that is opened again when the phone drops it.

/** The answer to one request. Its failure ends the whole transaction, so nobody need wait for a write. */
export function ask<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function ended(tx: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    tx.oncomplete = () => resolve();
    tx.onabort = () => reject(tx.error ?? new DOMException("", "AbortError"));
  });
}

/** iOS drops the connection behind the page's back, and says so in any of these ways. */
const isLost = (fault: unknown): boolean =>
  fault instanceof DOMException && /InvalidState|Unknown|Abort/.test(fault.name);

export class Database<Name extends string> {
  #open: Promise<IDBDatabase> | null = null;
  readonly #name: string;
  readonly #make: (db: IDBDatabase) => void;

  constructor(name: string, make: (db: IDBDatabase) => void) {
    this.#name = name;
    this.#make = make;
  }

  async #opened(): Promise<IDBDatabase> {
    const request = indexedDB.open(this.#name, 1);
    request.onupgradeneeded = () => this.#make(request.result);
    const db = await ask(request).catch((fault) => {
      this.#open = null;
      throw fault;
    });
    const close = (): void => {
      db.close();
      this.#open = null;
    };
    // A newer version in another tab must not wait for this one.
    db.onversionchange = close;
    db.onclose = close;
    return db;
  }

  /** All of `work` or nothing of it, durable when this returns. A lost connection is opened again, once. */
  async run<R>(
    names: Name[],
    mode: IDBTransactionMode,
    work: (of: (name: Name) => IDBObjectStore) => R,
  ): Promise<Awaited<R>> {
    for (let is_second = false; ; is_second = true) {
      try {
        this.#open ??= this.#opened();
        const tx = (await this.#open).transaction(names, mode, { durability: "strict" });
        const end = ended(tx);
        // Whoever waits for `work` hears of its fault first; this one must not go unheard meanwhile.
        end.catch(() => undefined);
        const result = await Promise.resolve(work((name) => tx.objectStore(name))).catch((fault) => stop(tx, fault));
        await end;
        return result;
      } catch (fault) {
        if (is_second || !isLost(fault)) throw fault;
        await this.#open?.then(
          (db) => db.close(),
          () => undefined,
        );
        this.#open = null;
      }
    }
  }
}

/** Nothing of a transaction that failed half-way may stand. */
function stop(tx: IDBTransaction, fault: unknown): never {
  try {
    tx.abort();
  } catch {
    // It had already ended by itself.
  }
  throw fault;
}
