/** Files go up one by one as they are chosen, each with its own progress and its own answer. Without this, the form posts them. */
import { all, button, el, say } from "./dom";
import { bytes, words } from "./words";

type Answer = { name?: string; size?: number; href?: string; detail?: string; message?: string; messages?: { vi?: string; en?: string } };

class Box {
  private readonly list: HTMLUListElement;
  private readonly form: HTMLFormElement | null;
  private queue: (() => Promise<void>)[] = [];
  private running = false;
  private reload = false;

  constructor(private readonly box: HTMLElement, private readonly input: HTMLInputElement, private readonly url: string) {
    this.form = input.form;
    this.list = box.querySelector("ul.files") ?? box.appendChild(el("ul", { class: "files" }));
    all<HTMLElement>("[data-without-script]", box).forEach((e) => { e.hidden = true; });
    input.addEventListener("change", () => { this.take([...(input.files ?? [])]); input.value = ""; });
    box.addEventListener("dragover", (e) => { e.preventDefault(); box.classList.add("over"); });
    box.addEventListener("dragleave", () => box.classList.remove("over"));
    box.addEventListener("drop", (e) => { e.preventDefault(); box.classList.remove("over"); this.take([...(e.dataTransfer?.files ?? [])]); });
  }

  private take(files: File[]): void {
    for (const file of this.input.multiple ? files : files.slice(0, 1)) this.add(file);
  }

  /** What is plainly wrong is said before a byte travels; the server checks everything again. */
  private objection(file: File): string | undefined {
    const max = Number(this.box.dataset.maxBytes ?? 0);
    const accept = (this.input.accept || this.box.dataset.accept || "").split(",").map((s) => s.trim().toLowerCase()).filter(Boolean);
    const fits = (a: string) => a.startsWith(".") ? file.name.toLowerCase().endsWith(a) : a.endsWith("/*") ? file.type.startsWith(a.slice(0, -1)) : file.type === a;
    if (!file.size) return words.empty;
    if (max && file.size > max) return words.tooBig(bytes(max));
    if (accept.length && !accept.some(fits)) return words.wrongType(this.box.dataset.acceptNames ?? accept.filter((a) => a.startsWith(".")).map((a) => a.slice(1).toUpperCase()).join(", "));
    return undefined;
  }

  private add(file: File): void {
    const name = el("span", { class: "name" }, file.name), meta = el("span", { class: "meta" }, bytes(file.size));
    const act = el("span", { class: "act" }), item = el("li", {}, name, meta, act);
    this.list.append(item);
    const fail = (text: string, again: boolean) => {
      item.className = "bad";
      item.querySelector("progress")?.remove();
      meta.textContent = text;
      say(`${file.name}: ${text}`);
      act.replaceChildren(button(again ? words.retry : words.remove, "btn-link", () => { item.remove(); if (again) this.add(file); }));
    };
    const objection = this.objection(file);
    if (objection) return fail(objection, false);
    this.queue.push(() => this.send(file, item, name, meta, act, fail));
    void this.run();
  }

  private async run(): Promise<void> {
    if (this.running) return;
    this.running = true;
    for (let next = this.queue.shift(); next; next = this.queue.shift()) await next();
    this.running = false;
    if (this.reload && !this.list.querySelector("li.bad")) location.reload();
  }

  private send(file: File, item: HTMLElement, name: HTMLElement, meta: HTMLElement, act: HTMLElement, fail: (text: string, again: boolean) => void): Promise<void> {
    return new Promise((done) => {
      const bar = el("progress", { max: "100", value: "0", "aria-label": file.name });
      item.append(bar);
      const data = new FormData();
      const csrf = this.value("_csrf");
      if (csrf) data.append("_csrf", csrf);
      for (const extra of (this.box.dataset.uploadWith ?? "").split(/\s+/).filter(Boolean)) data.append(extra, this.value(extra));
      data.append(this.input.name, file, file.name);
      const call = new XMLHttpRequest();
      call.open("POST", this.url);
      call.setRequestHeader("accept", "application/json");
      if (csrf) call.setRequestHeader("x-csrf-token", csrf);
      call.upload.onprogress = (e) => {
        if (!e.lengthComputable) return;
        const part = Math.floor((100 * e.loaded) / e.total);
        bar.value = part;
        meta.textContent = `${bytes(file.size)} · ${words.uploading(part)}`;
      };
      call.onload = () => { bar.remove(); this.answered(call, file, item, name, meta, act, fail); done(); };
      call.onerror = call.ontimeout = () => { fail(words.uploadFailed, true); done(); };
      call.onabort = () => { fail(words.stopped, true); done(); };
      act.replaceChildren(button(words.cancel, "btn-link", () => call.abort()));
      call.send(data);
    });
  }

  private value(name: string): string {
    const field = this.form?.elements.namedItem(name);
    return field && "value" in field ? String(field.value) : "";
  }

  private answered(call: XMLHttpRequest, file: File, item: HTMLElement, name: HTMLElement, meta: HTMLElement, act: HTMLElement, fail: (text: string, again: boolean) => void): void {
    let answer: Answer = {};
    try { answer = JSON.parse(call.responseText) as Answer; } catch { /* a page, not data: the status decides */ }
    if (call.status >= 200 && call.status < 300 && !new URL(call.responseURL || location.href).pathname.startsWith("/sign-in")) {
      item.className = "good";
      if (!call.getResponseHeader("content-type")?.includes("json")) this.reload = true; // answered with a page: it lists the file
      if (answer.href) name.replaceChildren(el("a", { href: answer.href }, answer.name ?? file.name));
      meta.textContent = `${words.uploaded} · ${bytes(answer.size ?? file.size)}`;
      act.replaceChildren();
      say(`${file.name}: ${words.uploaded}`);
      this.box.dispatchEvent(new CustomEvent("uploaded", { bubbles: true, detail: answer }));
      return;
    }
    const lang = document.documentElement.lang.startsWith("en") ? "en" : "vi";
    const told = answer.messages?.[lang] ?? answer.detail ?? answer.message ?? pageSays(call);
    const final = told !== undefined && call.status >= 400 && call.status < 500 && call.status !== 429;
    fail(call.status === 401 || call.status === 0 || !told ? (call.status === 401 ? words.expired : told ?? words.uploadFailed) : told, !final);
  }
}

/** A refusal that came as a page: its first error is what to say. Parsed without being shown or run. */
function pageSays(call: XMLHttpRequest): string | undefined {
  if (!call.getResponseHeader("content-type")?.includes("html")) return undefined;
  return new DOMParser().parseFromString(call.responseText, "text/html").querySelector(".errors li, .error-summary li")?.textContent?.trim() || undefined;
}

export function upload(): void {
  for (const box of all<HTMLElement>("[data-upload]")) {
    // A whole form may take files for several papers: each input is a box of its own, sent to where the form goes.
    const url = box.dataset.upload || (box instanceof HTMLFormElement ? box.action : "");
    for (const input of all<HTMLInputElement>("input[type=file]", box)) {
      if (url) new Box(box instanceof HTMLFormElement ? input.closest<HTMLElement>("section, .field") ?? box : box, input, url);
    }
  }
}
