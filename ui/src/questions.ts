/** Questions that appear when another is answered so: data-shows-when="purpose=business|mixed & storeys". The server decides in the end. */
import { all, fields, say, type Field } from "./dom";
import { words } from "./words";

function given(form: HTMLFormElement, name: string): string[] {
  return fields(form).filter((f) => f.name === name && !(f.disabled && f.dataset.parked === undefined)).flatMap((f) =>
    f instanceof HTMLInputElement && (f.type === "checkbox" || f.type === "radio") ? (f.checked ? [f.value] : []) : f.value ? [f.value] : []);
}

/** "a=x|y": any of the values; "a!=x": none of them; "a": anything at all; joined by "&". */
export function holds(condition: string, read: (name: string) => string[]): boolean {
  return condition.split("&").every((part) => {
    const [, name = "", sign, wanted = ""] = part.trim().match(/^([^!=]+?)\s*(?:(!?=)\s*(.*))?$/) ?? [];
    const values = read(name.trim()), any = wanted.split("|").map((w) => w.trim());
    if (!sign) return values.length > 0;
    const hit = values.some((v) => any.includes(v));
    return sign === "=" ? hit : !hit;
  });
}

/** What is hidden is not sent; what was typed is kept in place should the question return. */
function park(part: HTMLElement, away: boolean): void {
  part.hidden = away;
  for (const f of all<Field>("input, select, textarea", part)) {
    if (away && !f.disabled) { f.disabled = true; f.dataset.parked = ""; }
    else if (!away && f.dataset.parked !== undefined && !f.closest("[data-shows-when][hidden]")) { f.disabled = false; delete f.dataset.parked; }
  }
}

export function questions(): void {
  for (const form of all<HTMLFormElement>("form:has([data-shows-when])")) {
    const parts = all<HTMLElement>("[data-shows-when]", form);
    const apply = () => parts.forEach((p) => park(p, !holds(p.dataset.showsWhen ?? "", (n) => (p.closest("[hidden]") && p.parentElement?.closest("[hidden]") ? [] : given(form, n)))));
    form.addEventListener("change", apply);
    form.addEventListener("input", apply);
    addEventListener("pageshow", apply);
    apply();
  }
}

/** textarea data-count="2000": how many characters are left, aloud only after a pause. */
export function counters(): void {
  for (const area of all<HTMLTextAreaElement>("textarea[data-count]")) {
    const max = Number(area.dataset.count);
    const out = document.createElement("p");
    out.className = "chars";
    area.after(out);
    let timer = 0;
    const tell = () => {
      const left = max - [...area.value.normalize("NFC")].length;
      out.textContent = left < 0 ? words.over(-left) : words.left(left);
      out.classList.toggle("over", left < 0);
      clearTimeout(timer);
      if (document.activeElement === area && left < max * 0.1) timer = window.setTimeout(() => say(out.textContent ?? ""), 1200);
    };
    area.addEventListener("input", tell);
    tell();
  }
}
