/** One letter per act, as printed on its button. Can be switched off (WCAG 2.1.4); never while somebody is typing. */
import { all, button, el, memory } from "./dom";
import { words } from "./words";

const OFF = "phusa:keys-off";

/** A link or a plain button is pressed; a fold is opened at its first question; what would send a form is only focused. */
function perform(target: HTMLElement): void {
  const fold = target instanceof HTMLDetailsElement ? target : target.tagName === "SUMMARY" ? target.parentElement : null;
  if (fold instanceof HTMLDetailsElement) {
    fold.open = true;
    (fold.querySelector<HTMLElement>("input:not([type=hidden]), select, textarea, .btn") ?? fold.querySelector("summary"))?.focus();
  } else if (target.matches("input:not([type=submit]), select, textarea")) target.focus();
  else if (target.matches("form button:not([type=button]), input[type=submit]") && !target.hasAttribute("data-key-now")) target.focus();
  else target.click();
  target.scrollIntoView({ block: "nearest" });
}

function label(target: HTMLElement): string {
  const source = target instanceof HTMLDetailsElement ? target.querySelector("summary") ?? target : target;
  const copy = source.cloneNode(true) as HTMLElement;
  all("kbd", copy).forEach((k) => k.remove());
  return target.dataset.keyLabel ?? (copy.textContent ?? "").replace(/\s+/g, " ").trim();
}

const visible = (e: HTMLElement) => e.getClientRects().length > 0;

function list(targets: HTMLElement[]): void {
  const rows = [["?", words.thisList], ["/", words.search], ...targets.map((t) => [t.dataset.key ?? "", label(t)])];
  const on = el("input", { type: "checkbox", ...(memory.get(OFF) ? {} : { checked: true }) });
  on.addEventListener("change", () => (on.checked ? memory.drop(OFF) : memory.set(OFF, "1")));
  const dialog = el("dialog", { "aria-labelledby": "keys-title" },
    el("h2", { id: "keys-title" }, words.keys),
    el("dl", { class: "keys-list" }, ...rows.flatMap(([key, text]) => [el("dt", {}, el("kbd", {}, key ?? "")), el("dd", {}, text ?? "")])),
    el("label", { class: "check" }, on, words.keysOn),
    button(words.close, "btn quiet", () => dialog.close()));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

export function keys(): void {
  document.addEventListener("keydown", (e) => {
    if (e.defaultPrevented || e.isComposing || e.ctrlKey || e.altKey || e.metaKey || document.querySelector("dialog[open]")) return;
    const at = e.target as HTMLElement;
    if (at.isContentEditable || at.matches("input:not([type=checkbox], [type=radio], [type=button], [type=submit]), select, textarea")) return;
    const targets = all<HTMLElement>("[data-key]").filter(visible);
    const search = document.querySelector<HTMLElement>("[data-search], input[type=search]");
    // The list itself always opens: it is where the keys are switched on again.
    if (e.key === "?" && (targets.length || search)) { e.preventDefault(); return list(targets); }
    if (memory.get(OFF)) return;
    if (e.key === "/" && search) { e.preventDefault(); return search.focus(); }
    const pressed = e.key.length === 1 ? e.key.toUpperCase() : /^Key[A-Z]$/.test(e.code) ? e.code.slice(3) : "";
    const target = pressed && targets.find((t) => t.dataset.key?.toUpperCase() === pressed);
    if (target) { e.preventDefault(); perform(target); }
  });
}
