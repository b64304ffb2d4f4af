/** A long <select> becomes a text box with a list (WAI-ARIA 1.2 combobox). The select stays in the form and holds the answer. */
import { all, el, fold, say } from "./dom";
import { words } from "./words";

const SHOWN = 60;
type Choice = { option: HTMLOptionElement; text: string; also: string; key: string; order: number };

class Combobox {
  private readonly input: HTMLInputElement;
  private readonly list: HTMLUListElement;
  private readonly wrap: HTMLDivElement;
  private readonly choices: Choice[];
  private found: Choice[] = [];
  private active = -1;
  private timer = 0;

  constructor(private readonly select: HTMLSelectElement) {
    const id = select.id || `combo-${select.name}`;
    this.choices = [...select.options].filter((o) => o.value !== "").map((option, order) => {
      const group = option.parentElement instanceof HTMLOptGroupElement ? option.parentElement.label : "";
      const also = [group, option.dataset.also ?? ""].filter(Boolean).join(" · ");
      return { option, text: option.text, also, key: `${fold(option.text)} | ${fold(also)}`, order };
    });
    select.id = `${id}-select`;
    this.input = el("input", {
      id, type: "text", role: "combobox", autocomplete: "off", autocapitalize: "off", spellcheck: "false", "aria-autocomplete": "list", "aria-expanded": "false",
      "aria-controls": `${id}-list`, "aria-describedby": select.getAttribute("aria-describedby") ?? undefined,
      "aria-invalid": select.getAttribute("aria-invalid") ?? undefined, "aria-required": select.required ? "true" : undefined,
    });
    const named = document.querySelector(`label[for="${CSS.escape(id)}"]`)?.textContent?.trim() ?? select.getAttribute("aria-label") ?? "";
    this.list = el("ul", { id: `${id}-list`, role: "listbox", "aria-label": named, hidden: true });
    const toggle = el("button", { type: "button", class: "toggle", tabindex: "-1", "aria-label": words.showList, "aria-controls": `${id}-list`, "aria-expanded": "false" });
    this.wrap = el("div", { class: "combo" }, this.input, toggle, this.list);
    select.before(this.wrap);
    select.hidden = true;
    this.reflect();
    select.addEventListener("change", () => this.reflect());
    this.input.addEventListener("input", () => { this.match(); this.open(); });
    this.input.addEventListener("keydown", (e) => this.key(e));
    this.input.addEventListener("blur", () => this.settle());
    // The press must not take the focus from the box, or blur would close the list first.
    this.wrap.addEventListener("mousedown", (e) => { if (e.target !== this.input) e.preventDefault(); });
    toggle.addEventListener("click", () => { this.input.focus(); if (this.list.hidden) { this.match(true); this.open(); } else this.close(); });
    this.list.addEventListener("click", (e) => {
      const row = (e.target as Element).closest<HTMLElement>("li[data-at]");
      if (row) this.choose(Number(row.dataset.at));
    });
  }

  private chosen(): HTMLOptionElement | undefined {
    const o = this.select.selectedOptions[0];
    return o && o.value !== "" ? o : undefined;
  }

  private reflect(): void {
    this.input.value = this.chosen()?.text ?? "";
  }

  /** Names that begin so come first, then names with a word that begins so, then the rest, then former names. */
  private match(everything = false): void {
    const q = everything ? "" : fold(this.input.value);
    const rank = (c: Choice) => (!q ? 1 : c.key.startsWith(q) ? 1 : c.key.includes(` ${q}`) ? 2 : c.key.includes(q) ? 3 : 0);
    this.found = this.choices.map((c) => ({ c, r: rank(c) })).filter((x) => x.r).sort((a, b) => a.r - b.r || a.c.order - b.c.order).map((x) => x.c);
    const selected = this.chosen();
    this.list.replaceChildren(...this.found.slice(0, SHOWN).map((c, i) => {
      const row = el("li", { role: "option", id: `${this.input.id}-o${i}`, "data-at": String(i), "aria-selected": String(c.option === selected) }, c.text);
      if (c.also) row.append(" ", el("small", {}, c.also));
      return row;
    }));
    if (!this.found.length) this.list.append(el("li", { class: "none", role: "option", "aria-disabled": "true", "aria-selected": "false" }, words.none));
    this.point(q && this.found.length ? 0 : -1);
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => say(words.results(this.found.length)), 700);
  }

  private point(at: number): void {
    this.active = at;
    all("li.active", this.list).forEach((r) => r.classList.remove("active"));
    const row = this.list.querySelector(`[data-at="${at}"]`);
    if (!row) return this.input.removeAttribute("aria-activedescendant");
    row.classList.add("active");
    row.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", row.id);
  }

  private show(open: boolean): void {
    this.list.hidden = !open;
    all("[aria-expanded]", this.wrap).forEach((e) => e.setAttribute("aria-expanded", String(open)));
    if (!open) this.input.removeAttribute("aria-activedescendant");
  }
  private open(): void { this.show(true); }
  private close(): void { this.show(false); }

  private choose(at: number): void {
    const c = this.found[at];
    if (!c) return;
    this.set(c.option.value);
    this.input.value = c.text;
    this.close();
  }

  private set(value: string): void {
    if (this.select.value === value) return;
    this.select.value = value;
    this.select.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /** On leaving: an exact name counts, an emptied box empties the answer, anything else goes back to the answer held. */
  private settle(): void {
    this.close();
    const typed = fold(this.input.value);
    const exact = this.choices.filter((c) => fold(c.text) === typed);
    if (!typed) this.set("");
    else if (this.chosen() && fold(this.chosen()?.text ?? "") === typed) this.reflect();
    else if (exact.length === 1 && exact[0]) { this.set(exact[0].option.value); this.reflect(); }
    else this.reflect();
  }

  private key(e: KeyboardEvent): void {
    if (e.isComposing) return;
    const last = Math.min(this.found.length, SHOWN) - 1, open = !this.list.hidden;
    if (e.key === "ArrowDown" || e.key === "ArrowUp") {
      e.preventDefault();
      if (!open) { this.match(!!this.chosen()); this.open(); if (e.altKey) return; }
      const down = e.key === "ArrowDown";
      this.point(down ? (this.active >= last ? 0 : this.active + 1) : this.active <= 0 ? last : this.active - 1);
    } else if (e.key === "Enter" && open) {
      e.preventDefault();
      if (this.active >= 0) this.choose(this.active); else this.close();
    } else if (e.key === "Escape") {
      if (open) { e.preventDefault(); this.close(); } else { this.input.value = ""; this.set(""); }
    } else if (e.key === "Tab" && open && this.active >= 0) this.choose(this.active);
  }
}

export function comboboxes(): void {
  all<HTMLSelectElement>("select[data-combobox]:not([multiple])").forEach((s) => new Combobox(s));
}
