/** Form pages save themselves: as soon as an answer changes, the section goes to the address in data-autosave; what could not
 *  go stays on this device. The whole section is sent, not the changed field alone: the server drops answers that are absent
 *  (questions that no longer apply), and a save that was lost is made good by the next. */
import { all, button, el, fields, memory, say, type Field } from "./dom";
import { hour, moment, words } from "./words";

const PREFIX = "phusa:draft:";
const KEEP = 7 * 24 * 3600e3;
const UNASKED = "\u0000"; // stands for a question that is not put at present
const SKIP = /^(hidden|file|password|submit|button|reset)$/;
type Copy = { at: number; fields: Record<string, string[]> };

const kept = (f: Field) => !SKIP.test(f.type) && f.dataset.autosave !== "off" && !f.matches("[data-autosave='off'] *");

/** name -> values as the form would send them; a group with nothing ticked is present and empty, so that unticking is saved too. */
function answers(form: HTMLFormElement): Map<string, string[]> {
  const out = new Map<string, string[]>();
  for (const f of fields(form)) {
    if (!kept(f) || f.disabled) continue;
    const list = out.get(f.name) ?? [];
    out.set(f.name, list);
    if (f instanceof HTMLSelectElement) list.push(...[...f.selectedOptions].map((o) => o.value));
    else if ((f.type === "checkbox" || f.type === "radio") && f instanceof HTMLInputElement) { if (f.checked) list.push(f.value); }
    else list.push(f.value);
  }
  return out;
}

const same = (a: string[] | undefined, b: string[]) => a !== undefined && a.length === b.length && a.every((v, i) => v === b[i]);

class Draft {
  private sent: Map<string, string[]>;
  private refused = new Map<string, string[]>();
  private timer = 0;
  private busy = false;
  private failures = 0;
  private stopped = false;
  private readonly key: string;
  private readonly status: HTMLElement;

  constructor(private readonly form: HTMLFormElement, private readonly url: string) {
    this.key = `${PREFIX}${form.dataset.draft ?? location.pathname}:${form.dataset.section ?? url}`;
    this.status = document.querySelector<HTMLElement>("[data-autosave-status]") ?? el("p");
    this.status.classList.add("autosave");
    this.status.setAttribute("role", "status");
    if (!this.status.isConnected) form.append(this.status);
    this.sent = answers(form);
    this.offer();
    form.addEventListener("input", () => this.soon(1500));
    form.addEventListener("change", () => this.soon(300));
    form.addEventListener("submit", () => { this.stopped = true; clearTimeout(this.timer); memory.drop(this.key); });
    addEventListener("online", () => this.soon(0));
    document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden" && this.changed().length) this.keep(); });
    addEventListener("pageshow", (e) => { if (e.persisted) this.stopped = false; });
  }

  /** Names whose answer the server does not hold, refused ones included; also questions that came or went. */
  changed(now = answers(this.form)): string[] {
    return [...new Set([...now.keys(), ...this.sent.keys()])].filter((name) => !same(this.sent.get(name), now.get(name) ?? [UNASKED]));
  }

  dirty(): boolean {
    return !this.stopped && this.changed().length > 0;
  }

  private held(name: string): HTMLInputElement | undefined {
    const f = this.form.elements.namedItem(name);
    return f instanceof HTMLInputElement ? f : undefined;
  }

  private soon(ms: number): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.save(), ms);
  }

  private tell(text: string, kind: "good" | "warn" | "bad" | "", ...more: (Node | string)[]): void {
    this.status.className = `autosave ${kind}`;
    this.status.replaceChildren(text, ...more);
  }

  private keep(): void {
    const copy: Copy = { at: Date.now(), fields: Object.fromEntries(answers(this.form)) };
    memory.set(this.key, JSON.stringify(copy));
  }

  private async save(): Promise<void> {
    if (this.busy || this.stopped) return;
    const now = answers(this.form);
    if (this.changed(now).every((name) => same(this.refused.get(name), now.get(name) ?? [UNASKED]))) return;
    const body = new URLSearchParams();
    for (const name of ["_csrf", "_version"]) if (this.held(name)) body.append(name, this.held(name)?.value ?? "");
    for (const [name, values] of now) {
      if (!values.length) body.append(name, "");
      for (const v of values) body.append(name, v);
    }
    this.busy = true;
    this.tell(words.saving, "");
    let status = 0, version: unknown;
    try {
      const answer = await fetch(this.url, { method: "POST", body, credentials: "same-origin", redirect: "manual", headers: { accept: "application/json", "x-csrf-token": this.held("_csrf")?.value ?? "" } });
      status = answer.type === "opaqueredirect" ? 401 : answer.status;
      if (answer.ok && answer.headers.get("content-type")?.includes("json")) version = ((await answer.json()) as { version?: unknown } | null)?.version;
    } catch { /* offline: status stays 0 */ }
    this.busy = false;
    if (!this.stopped) this.settle(status, now, version);
  }

  private settle(status: number, given: Map<string, string[]>, version: unknown): void {
    if (status >= 200 && status < 300) {
      this.sent = given;
      this.refused.clear();
      const held = this.held("_version");
      if (version !== undefined && held) held.value = String(version);
      this.failures = 0;
      memory.drop(this.key);
      this.tell(words.saved(hour()), "good");
      if (this.changed().length) this.soon(300);
      return;
    }
    this.keep();
    if (status === 401 || status === 403) {
      const back = encodeURIComponent(location.pathname + location.search);
      this.tell(words.expired, "bad", " ", el("a", { href: `/sign-in?next=${back}`, target: "_blank", rel: "noopener" }, words.signIn));
    } else if (status === 409) {
      this.stopped = true;
      this.tell(words.conflict, "bad", " ", el("a", { href: location.href }, words.reload));
    } else if (status >= 400 && status < 500 && status !== 408 && status !== 429) {
      this.refused = new Map(this.changed(given).map((name) => [name, given.get(name) ?? [UNASKED]]));
      this.tell(words.refused, "warn");
    } else {
      this.failures += 1;
      this.tell(words.unsaved, "warn");
      this.soon(Math.min(60e3, 2000 * 2 ** this.failures));
    }
  }

  /** A copy left by an earlier visit is offered, never applied by itself: the server's answers may be newer. */
  private offer(): void {
    const raw = memory.get(this.key);
    if (!raw) return;
    let copy: Copy;
    try { copy = JSON.parse(raw) as Copy; } catch { return memory.drop(this.key); }
    const savedAt = Date.parse(this.form.dataset.savedAt ?? "");
    const differs = Object.entries(copy.fields ?? {}).some(([name, v]) => this.sent.has(name) && !same(this.sent.get(name), v));
    if (!differs || Date.now() - copy.at > KEEP || savedAt > copy.at) return memory.drop(this.key);
    const box = el("div", { class: "banner notice warn", role: "region", "aria-label": words.restore }, el("p", {}, words.restoreOffer(moment(copy.at))));
    box.append(
      button(words.restore, "btn small", () => { this.restore(copy); box.remove(); say(words.restored); this.soon(0); }),
      button(words.discard, "btn-link", () => { memory.drop(this.key); box.remove(); }),
    );
    this.form.prepend(box);
  }

  private restore(copy: Copy): void {
    for (const f of fields(this.form)) {
      const values = copy.fields[f.name];
      if (!values || !kept(f)) continue;
      if (f instanceof HTMLInputElement && (f.type === "checkbox" || f.type === "radio")) f.checked = values.includes(f.value);
      else if (f instanceof HTMLSelectElement) for (const o of f.options) o.selected = values.includes(o.value);
      else f.value = values[0] ?? "";
      f.dispatchEvent(new Event("change", { bubbles: true }));
    }
  }
}

const drafts: Draft[] = [];

export function autosave(): void {
  for (const form of all<HTMLFormElement>("form[data-autosave]")) if (form.dataset.autosave) drafts.push(new Draft(form, form.dataset.autosave));
  // A shared computer keeps nothing after signing out, and nothing for longer than a week anywhere.
  for (const form of all<HTMLFormElement>("form[data-sign-out], form[action$='/sign-out']")) {
    form.addEventListener("submit", () => memory.keys(PREFIX).forEach(memory.drop));
  }
  for (const key of memory.keys(PREFIX)) {
    try { if (Date.now() - (JSON.parse(memory.get(key) ?? "") as Copy).at > KEEP) memory.drop(key); } catch { memory.drop(key); }
  }
}

export function unsavedDraft(): boolean {
  return drafts.some((d) => d.dirty());
}
