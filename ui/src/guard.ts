/** Not twice, and not by accident: one submission per press, and a question before unsaved words are left behind. */
import { all, memory } from "./dom";
import { unsavedDraft } from "./autosave";

function once(form: HTMLFormElement): void {
  form.addEventListener("submit", (e) => {
    if (form.dataset.sent) return e.preventDefault();
    if (e.defaultPrevented) return;
    form.dataset.sent = "yes";
    // After this event: a button disabled now would not be among the fields that are sent.
    setTimeout(() => buttons(form).forEach((b) => { b.setAttribute("aria-disabled", "true"); b.classList.add("sending"); }));
    setTimeout(() => release(form), form.hasAttribute("data-download") ? 3000 : 15000);
  });
}

const buttons = (form: HTMLFormElement) => [...form.elements].filter((b) => b.matches("button:not([type=button]), input[type=submit]"));

function release(form: HTMLFormElement): void {
  delete form.dataset.sent;
  buttons(form).forEach((b) => { b.removeAttribute("aria-disabled"); b.classList.remove("sending"); });
}

export function guard(): void {
  const posts = all<HTMLFormElement>("form[method=post]");
  posts.forEach(once);
  addEventListener("pageshow", (e) => { if (e.persisted) posts.forEach(release); });

  const watched = all<HTMLFormElement>("form[data-guard-leave]");
  const touched = new Set<HTMLFormElement>();
  let leaving = false;
  for (const form of watched) form.addEventListener("input", () => touched.add(form));
  addEventListener("submit", () => { leaving = true; setTimeout(() => { leaving = false; }, 3000); });
  addEventListener("beforeunload", (e) => { if (!leaving && (touched.size || unsavedDraft())) e.preventDefault(); });
}

/** <details data-remember="name"> opens as the reader left it. */
export function remember(): void {
  for (const d of all<HTMLDetailsElement>("details[data-remember]")) {
    const key = `phusa:open:${d.dataset.remember}`;
    const was = memory.get(key);
    if (was) d.open = was === "1";
    d.addEventListener("toggle", () => memory.set(key, d.open ? "1" : "0"));
  }
}

/** Menus close on Escape and when attention moves elsewhere. */
export function menus(): void {
  const open = () => all<HTMLDetailsElement>("details.menu[open], details.who[open]");
  document.addEventListener("click", (e) => open().forEach((m) => { if (!m.contains(e.target as Node)) m.open = false; }));
  document.addEventListener("focusin", (e) => open().forEach((m) => { if (!m.contains(e.target as Node)) m.open = false; }));
  document.addEventListener("keydown", (e) => {
    if (e.key === "Escape") open().forEach((m) => { const inside = m.contains(document.activeElement); m.open = false; if (inside) m.querySelector("summary")?.focus(); });
  });
}
