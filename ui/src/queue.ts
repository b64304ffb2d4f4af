/** What waits on this device to be sent: one IndexedDB store, in the order it was given. */
export type Conflict = { by: string; at: string; theirs: string; seen: string };
export type Item = {
  seq?: number;
  /** The device's own number: the server does it once, however often it is sent. */
  key: string;
  url: string; page: string; kind: string; label: string; who: string;
  fields: [string, string][];
  files: { field: string; name: string; blob: Blob }[];
  /** By this device's clock, right or wrong. */
  at: number;
  state: "waiting" | "conflict" | "refused";
  conflict?: Conflict;
  messages?: string[];
};

let opened: Promise<IDBDatabase> | undefined;
function db(): Promise<IDBDatabase> {
  return (opened ??= new Promise((done, fail) => {
    const ask = indexedDB.open("phusa-device", 1);
    ask.onupgradeneeded = () => ask.result.createObjectStore("queue", { keyPath: "seq", autoIncrement: true });
    ask.onsuccess = () => done(ask.result);
    ask.onerror = () => { opened = undefined; fail(ask.error ?? new Error("no store")); };
  }));
}

async function run<T>(mode: IDBTransactionMode, act: (s: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const t = (await db()).transaction("queue", mode);
  const ask = act(t.objectStore("queue"));
  return new Promise((done, fail) => {
    t.oncomplete = () => done(ask.result);
    t.onabort = t.onerror = () => fail(t.error ?? ask.error ?? new Error("not stored"));
  });
}

export const queue = {
  /** Answers once it is on the disk; fails when there is no room. */
  put: (item: Item) => run("readwrite", (s) => s.put(item)),
  all: () => run("readonly", (s) => s.getAll() as IDBRequest<Item[]>),
  drop: (seq: number) => run("readwrite", (s) => s.delete(seq)),
  clear: () => run("readwrite", (s) => s.clear()),
};
