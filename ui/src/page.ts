/** Whole-page manners: the error summary takes the focus, due times pass while one looks, old pages say they are old. */
import { all, button, el, say } from "./dom";
import { hour, words } from "./words";

/** Focus goes to the list of errors; its links put the question, not just the box, into view. */
export function errors(): void {
  const summary = document.querySelector<HTMLElement>(".error-summary, .errors, [data-focus]");
  if (!summary) return;
  if (!summary.hasAttribute("tabindex")) summary.tabIndex = -1;
  summary.focus();
  summary.addEventListener("click", (e) => {
    const link = (e.target as Element).closest<HTMLAnchorElement>("a[href^='#']");
    const field = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (!field) return;
    e.preventDefault();
    const target = field.matches("input, select, textarea, button, a") ? field : field.querySelector<HTMLElement>("input:not([type=hidden]), select, textarea") ?? field;
    (target.closest(".field, fieldset") ?? target).scrollIntoView();
    target.focus({ preventScroll: true });
  });
}

/** Time left is counted in working hours and only the server knows those; what a page can know is that the instant has passed. */
export function due(): void {
  const marked = all<HTMLElement>("[data-due]");
  if (!marked.length) return;
  const opened = Date.now();
  const look = () => {
    for (const e of marked) {
      if (e.dataset.passed !== undefined || !(Date.parse(e.dataset.due ?? "") <= Date.now())) continue;
      e.dataset.passed = "";
      if (Date.parse(e.dataset.due ?? "") < opened) continue; // the server has already said so
      e.classList.remove("good", "warn", "info");
      e.classList.add("bad");
      e.textContent = e.dataset.duePassed ?? words.passed;
    }
  };
  look();
  setInterval(look, 20e3);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "visible" || Date.now() - opened < 15 * 60e3 || document.querySelector("[data-stale]")) return;
    look();
    document.querySelector("main")?.prepend(el("div", { class: "banner slim notice", role: "status", "data-stale": "" },
      el("p", {}, words.stale(hour(opened))), button(words.reload, "btn small quiet", () => location.reload())));
  });
}

/** Buttons that only a script can serve: shown by removing their "hidden". */
export function conveniences(): void {
  for (const b of all<HTMLElement>("[data-print]")) { b.hidden = false; b.addEventListener("click", () => window.print()); }
  for (const b of all<HTMLElement>("[data-copy]")) {
    if (!navigator.clipboard) continue;
    b.hidden = false;
    b.addEventListener("click", () => void navigator.clipboard.writeText(document.querySelector(b.dataset.copy || "#_")?.textContent?.trim() ?? "").then(() => {
      const was = b.textContent;
      b.textContent = words.copied;
      say(words.copied);
      setTimeout(() => { b.textContent = was; }, 2000);
    }, () => undefined));
  }
}
