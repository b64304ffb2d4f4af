/** An assessment and a site visit go on without a network: pages opened before are kept, what is given waits in a queue and is
 *  sent once and in order when the network is back. Pages that take part have [data-device]; forms, a [data-offline] inside.
 *  Without script the same forms are sent by the browser itself. Fetched by offline.ts where it is needed only. */
import { all, button, el } from "./dom";
import { flag } from "./offline-flag";
import { queue, type Conflict, type Item } from "./queue";
import { words as text } from "./device-words";
import { hour, moment } from "./words";

const PAGES = "phusa-pages", ASSETS = "phusa-assets";
const WEEK = 7 * 24 * 3600e3, WAIT = 12e3, AGAIN = 20e3;

type Outcome = { kind: "done"; next?: string; seen?: string } | { kind: "later" } | { kind: "sign-in" } | { kind: "conflict"; conflict: Conflict } | { kind: "refused"; messages: string[] };

const bare = (address: string) => {
  const u = new URL(address, location.href);
  u.searchParams.delete("_csrf");
  return u.pathname + u.search;
};
const here = () => location.pathname + location.search;

/** Removes everything of this device: the queue, the pages, the worker. */
async function forget(): Promise<void> {
  await queue.clear().catch(() => undefined);
  await Promise.all([PAGES, ASSETS].map((name) => caches.delete(name).catch(() => false)));
  for (const r of await navigator.serviceWorker.getRegistrations().catch(() => [])) await r.unregister();
  flag(false);
}

class Device {
  private busy = false;
  private timer = 0;
  private token = document.querySelector<HTMLInputElement>("input[name=_csrf]")?.value ?? "";
  private readonly state: HTMLElement;
  private readonly items: HTMLElement;
  private readonly who: string;
  private said = "";
  /** The same line at the head of the page while something waits or the network is gone. */
  private readonly top = el("p", { class: "device-line", hidden: true }, el("a", { href: "#device-title" }));
  /** The worker draws pages as it keeps them; a page that came before it is kept from here. */
  private readonly drawn = navigator.serviceWorker.controller !== null;
  private needsSignIn = false;

  constructor(private readonly section: HTMLElement) {
    this.state = section.querySelector<HTMLElement>("[data-device-state]") ?? el("p");
    this.items = section.querySelector<HTMLElement>("[data-device-items]") ?? el("div");
    this.who = section.dataset.who ?? "";
    section.hidden = false;
    document.querySelector("main")?.prepend(this.top);
    section.querySelector("[data-device-acts]")?.append(button(text.remove, "btn quiet", () => void this.remove()));
    const whole = this.list("all");
    if (whole.length) this.items.before(button(text.keepAll(whole.length), "btn quiet", () => void this.keepAll(whole)));
    document.addEventListener("submit", (e) => this.submitted(e), true);
    addEventListener("online", () => { this.say(""); void this.flush(); });
    addEventListener("offline", () => void this.show());
  }

  /** Shows what waits; sending and keeping go on behind it. */
  async start(): Promise<void> {
    flag(true);
    const worker = navigator.serviceWorker.register("/sw.js", { scope: this.section.dataset.device ?? "/assess/" }).catch(() => undefined);
    await this.fill();
    await this.show();
    void this.goOn(worker);
  }

  private async goOn(worker: Promise<ServiceWorkerRegistration | undefined>): Promise<void> {
    const registered = await worker;
    if (navigator.onLine) {
      await this.flush();
      if (registered) await this.keep(this.list("ahead"), !this.drawn);
    }
    this.section.dataset.kept = "";
  }

  private list(name: "ahead" | "all"): string[] {
    return (this.section.dataset[name] ?? "").split(" ").filter(Boolean);
  }

  /** Keeps pages and this one, and what they are drawn with. A copy that is there stays, unless this page (`own`) or all are
   *  to be renewed. */
  private async keep(pages: string[], own: boolean, renew = false): Promise<number> {
    const store = await caches.open(PAGES), assets = await caches.open(ASSETS);
    for (const request of await store.keys()) {
      const date = (await store.match(request))?.headers.get("date");
      if (date && Date.now() - Date.parse(date) > WEEK) await store.delete(request);
    }
    const drawn = [...all<HTMLLinkElement>("link[rel=stylesheet], link[rel=preload], link[rel=icon]").map((l) => l.href), ...all<HTMLScriptElement>("script[src]").map((s) => s.src),
      ...performance.getEntriesByType("resource").map((r) => r.name)].filter((u) => new URL(u).pathname.startsWith("/assets/"));
    for (const u of new Set(drawn)) if (!(await assets.match(u))) await assets.add(u).catch(() => undefined);
    let kept = 0;
    for (const page of new Set([here(), ...pages])) {
      const address = new URL(page, location.href).href;
      if (!(renew || (own && page === here())) && (await store.match(address, { ignoreVary: true }))) { kept += 1; continue; }
      try {
        const answer = await fetch(address, { credentials: "same-origin" });
        if (answer.ok && !answer.redirected && answer.headers.get("content-type")?.startsWith("text/html")) { await store.put(address, answer); kept += 1; }
      } catch { break; }
    }
    return kept;
  }

  private async keepAll(pages: string[]): Promise<void> {
    this.say(text.keeping);
    const kept = await this.keep(pages, true, true);
    this.say(text.kept(kept));
  }

  private async mine(): Promise<Item[]> {
    return (await queue.all()).filter((i) => i.who === this.who);
  }

  /** A form that may wait: sent from here first, kept when that does not succeed. Whatever the server objects to is left to
   *  the page it makes, which shows what was typed. */
  private submitted(e: Event): void {
    const form = e.target as HTMLFormElement, mark = form.querySelector?.<HTMLElement>("[data-offline]");
    if (!mark || e.defaultPrevented) return;
    const pressed = (e as SubmitEvent).submitter as HTMLButtonElement | null;
    const next = mark.dataset.next ?? here();
    if (pressed?.name === "skip") {
      if (navigator.onLine) return;
      e.preventDefault(); e.stopImmediatePropagation();
      return this.go(next);
    }
    e.preventDefault(); e.stopImmediatePropagation();
    if (form.dataset.sent) return;
    form.dataset.sent = "yes";
    void this.give(form, mark, next).finally(() => { delete form.dataset.sent; });
  }

  private async give(form: HTMLFormElement, mark: HTMLElement, next: string): Promise<void> {
    const item: Item = { key: crypto.randomUUID(), url: bare(form.action), page: here(), kind: mark.dataset.offline ?? "", label: mark.dataset.label ?? "", who: this.who, fields: [], files: [], at: Date.now(), state: "waiting" };
    for (const [name, value] of new FormData(form)) {
      if (typeof value === "string") { if (name !== "_csrf") item.fields.push([name, value]); }
      else if (value.name || value.size) item.files.push({ field: name, name: value.name, blob: value });
    }
    const before = (await this.mine().catch(() => [])).filter((i) => i.state === "waiting");
    if (!before.length) {
      this.say(text.sending);
      const outcome = await this.send(item);
      this.say("");
      if (outcome.kind === "done") return this.go(outcome.next ?? next);
      if (outcome.kind !== "later") return this.natively(form, item);
    }
    try {
      // A second word on the same question takes the place of one that has not been tried yet.
      await queue.put(item);
    } catch {
      this.say(text.full);
      return;
    }
    void this.show();
    if (before.length && navigator.onLine) void this.flush();
    this.go(next);
  }

  /** The server says what is wrong on a page of its own; the key goes along, so nothing can happen twice. */
  private natively(form: HTMLFormElement, item: Item): void {
    for (const [name, value] of [["_key", item.key], ["_device_at", String(item.at)], ["_device_sent", String(Date.now())]] as const) form.append(el("input", { type: "hidden", name, value }));
    HTMLFormElement.prototype.submit.call(form);
  }

  /** On to the next page; without a worker to draw it, one stays and is told so. */
  private go(next: string): void {
    if (!navigator.onLine && !navigator.serviceWorker.controller) { void this.show(); return; }
    const to = new URL(next, location.href);
    if (to.pathname + to.search === here()) { if (to.hash) history.replaceState(null, "", to.hash); location.reload(); }
    else location.assign(to);
  }

  private async send(item: Item, renewed = false): Promise<Outcome> {
    const extra: [string, string][] = [["_key", item.key], ["_device_at", String(item.at)], ["_device_sent", String(Date.now())]];
    const body = item.files.length || item.kind === "note" || item.kind === "file" ? new FormData() : new URLSearchParams();
    for (const [name, value] of [...item.fields, ...extra]) body.append(name, value);
    if (body instanceof FormData) for (const f of item.files) body.append(f.field, f.blob, f.name);
    let answer: Response;
    try {
      // Pictures on a weak signal take their time.
      const size = item.files.reduce((sum, f) => sum + f.blob.size, 0);
      answer = await fetch(item.url, { method: "POST", body, credentials: "same-origin", redirect: "manual", headers: { accept: "application/json", "x-csrf-token": this.token }, signal: AbortSignal.timeout(WAIT + size / 10) });
    } catch { return { kind: "later" }; }
    if (answer.type === "opaqueredirect" || answer.status === 401) return { kind: "sign-in" };
    if (answer.status === 403) return !renewed && (await this.renew(item.page)) ? this.send(item, true) : { kind: "sign-in" };
    if (answer.status >= 500 || answer.status === 408 || answer.status === 429) return { kind: "later" };
    let said: { next?: string; seen?: string; conflict?: Conflict; messages?: string[]; detail?: string } = {};
    try { said = await answer.json(); } catch { /* a page, which says nothing to a script */ }
    if (answer.ok) return { kind: "done", next: said.next, seen: said.seen };
    if (said.conflict) return { kind: "conflict", conflict: said.conflict };
    return { kind: "refused", messages: said.messages ?? [said.detail ?? text.notTaken(answer.status)] };
  }

  /** The form token of a page that was kept may be old: it is taken from a fresh one. */
  private async renew(page: string): Promise<boolean> {
    try {
      const answer = await fetch(page, { credentials: "same-origin" });
      if (!answer.ok || answer.redirected) return false;
      const found = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector<HTMLInputElement>("input[name=_csrf]")?.value;
      if (!found || found === this.token) return false;
      this.token = found;
      return true;
    } catch { return false; }
  }

  /** One window at a time, in the order given; the first that finds no network ends the round. */
  private async flush(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    clearTimeout(this.timer);
    try {
      const round = () => this.round();
      if (navigator.locks) await navigator.locks.request("phusa-queue", round); else await round();
    } catch { /* the store is closed; the next round tries again */ }
    this.busy = false;
    await this.show();
  }

  private async round(): Promise<void> {
    let sent = 0;
    for (const first of (await this.mine()).filter((i) => i.state === "waiting")) {
      // Its predecessor on the same question may have told what has been seen by now.
      const item = (await queue.all()).find((i) => i.seq === first.seq);
      if (!item?.seq) continue;
      const outcome = await this.send(item);
      this.needsSignIn = outcome.kind === "sign-in";
      if (outcome.kind === "later" || outcome.kind === "sign-in") {
        if (outcome.kind === "later") this.timer = window.setTimeout(() => { if (navigator.onLine) void this.flush(); }, AGAIN);
        break;
      }
      if (outcome.kind === "done") {
        sent += 1;
        await queue.drop(item.seq);
        if (outcome.seen && outcome.seen !== "0") for (const later of await queue.all()) if (later.url === item.url && later.state === "waiting") await this.seen(later, outcome.seen);
      } else if (outcome.kind === "conflict") await queue.put({ ...item, state: "conflict", conflict: outcome.conflict });
      else await queue.put({ ...item, state: "refused", messages: outcome.messages });
    }
    if (sent) {
      this.say(text.sent(sent, hour()));
      // Copies show what was before.
      const store = await caches.open(PAGES);
      await store.delete(location.href.split("#")[0] ?? location.href);
      if (navigator.onLine) await this.keep([], true);
    }
  }

  private seen(item: Item, seen: string): Promise<unknown> {
    return queue.put({ ...item, fields: item.fields.map(([n, v]) => (n === "_seen" ? [n, seen] : [n, v])) });
  }

  /** An answer that still waits is what its page shows. */
  private async fill(): Promise<void> {
    const waiting = await this.mine().catch(() => []);
    for (const form of all<HTMLFormElement>("form:has([data-offline])")) {
      const item = waiting.filter((i) => i.url === bare(form.action) && (i.kind === "answer" || i.kind === "check")).pop();
      if (!item) continue;
      for (const f of form.elements) {
        if (!(f instanceof HTMLInputElement || f instanceof HTMLTextAreaElement || f instanceof HTMLSelectElement) || !f.name || f.name.startsWith("_") || f.type === "hidden" || f.type === "file") continue;
        const values = item.fields.filter(([n]) => n === f.name).map(([, v]) => v);
        if (f instanceof HTMLInputElement && (f.type === "radio" || f.type === "checkbox")) f.checked = values.includes(f.value);
        else f.value = values[0] ?? "";
      }
      form.prepend(el("p", { class: "chip warn" }, text.waitsHere));
    }
  }

  private say(words: string): void {
    this.said = words;
    void this.show();
  }

  private async show(): Promise<void> {
    const everything = await queue.all().catch(() => []);
    const list = everything.filter((i) => i.who === this.who), others = everything.length - list.length;
    const parts = [navigator.onLine ? "" : text.offline, list.length ? text.pending(list.length) : "", this.said];
    if (this.needsSignIn && list.length) parts.push(text.signIn);
    if (others) parts.push(text.others(others));
    const line = parts.filter(Boolean).join(" · ") || text.nothing;
    if (this.state.textContent !== line) this.state.textContent = line;
    this.section.dataset.pending = String(list.length);
    this.top.hidden = !list.length && navigator.onLine;
    if (this.top.firstChild) this.top.firstChild.textContent = parts.slice(0, 2).filter(Boolean).join(" · ");
    this.section.classList.toggle("some", list.length > 0 || !navigator.onLine);
    this.items.replaceChildren(...(list.length ? [el("ul", {}, ...list.map((i) => this.row(i)))] : []));
  }

  private row(i: Item): HTMLLIElement {
    const drop = () => void queue.drop(i.seq ?? 0).then(() => this.show());
    const li = el("li", { class: i.state }, el("b", {}, i.label), ` · ${moment(i.at)}${i.files.length ? ` · ${text.pictures(i.files.length)}` : ""}`);
    const note = i.kind === "note" ? i.fields.find(([n]) => n === "text")?.[1] : "";
    if (note) li.append(el("p", {}, note));
    if (i.state === "conflict" && i.conflict) {
      const c = i.conflict;
      li.append(el("p", {}, text.conflict(c.by, c.at, c.theirs)), el("div", { class: "btns" },
        button(text.useMine, "btn quiet", () => void this.seen({ ...i, state: "waiting", conflict: undefined }, c.seen).then(() => this.flush())), button(text.useTheirs, "btn quiet", drop)));
    } else if (i.state === "refused") {
      li.append(el("p", {}, (i.messages ?? []).join(" ")), el("div", { class: "btns" }, el("a", { href: i.page }, text.open),
        button(text.retry, "btn quiet", () => void queue.put({ ...i, state: "waiting" }).then(() => this.flush())), button(text.drop, "btn quiet", () => { if (confirm(text.dropSure)) drop(); })));
    }
    return li;
  }

  private async remove(): Promise<void> {
    const waiting = (await queue.all().catch(() => [])).length;
    if (waiting && !confirm(text.removeSure(waiting))) return;
    await forget();
    this.said = text.removed;
    await this.show();
  }
}

/** Asks about what has not been sent, and leaves nothing behind. False: the person stays signed in. */
export async function leave(): Promise<boolean> {
  const waiting = (await queue.all().catch(() => [])).length;
  if (waiting && !confirm(text.signOutSure(waiting))) return false;
  await forget();
  return true;
}

export function start(section: HTMLElement): Promise<void> {
  return new Device(section).start();
}
