/** Small pieces for the page tree; nothing here writes HTML from text, so nothing needs escaping. */
export type Attrs = Record<string, string | boolean | undefined>;

export function el<K extends keyof HTMLElementTagNameMap>(tag: K, attrs: Attrs = {}, ...children: (Node | string)[]): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attrs)) {
    if (value === true) node.setAttribute(name, "");
    else if (value !== undefined && value !== false) node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

export function button(text: string, kind: string, act: () => void): HTMLButtonElement {
  const b = el("button", { type: "button", class: kind }, text);
  b.addEventListener("click", act);
  return b;
}

export function all<T extends Element>(selector: string, root: ParentNode = document): T[] {
  return [...root.querySelectorAll<T>(selector)];
}

/** Storage may be full, forbidden or absent: then we simply do without. */
export const memory = {
  get(key: string): string | null {
    try { return localStorage.getItem(key); } catch { return null; }
  },
  set(key: string, value: string): boolean {
    try { localStorage.setItem(key, value); return true; } catch { return false; }
  },
  drop(key: string): void {
    try { localStorage.removeItem(key); } catch { /* nothing was kept */ }
  },
  keys(prefix: string): string[] {
    try { return Object.keys(localStorage).filter((k) => k.startsWith(prefix)); } catch { return []; }
  },
};

/** "Nguyễn Đình Chiểu" -> "nguyen dinh chieu": the same folding as the server's search. */
export function fold(text: string): string {
  return text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/[đĐ]/g, "d").toLowerCase().replace(/\s+/g, " ").trim();
}

/** A sentence for those who listen; kept in one polite region. */
let region: HTMLElement | undefined;
export function say(text: string): void {
  if (!region) document.body.append((region = el("div", { class: "visually-hidden", role: "status" })));
  region.textContent = text;
}

export type Field = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;
export function fields(form: HTMLFormElement): Field[] {
  return [...form.elements].filter((e): e is Field => /^(INPUT|SELECT|TEXTAREA)$/.test(e.tagName) && (e as Field).name !== "");
}
