/** A wall kept fresh: the server draws the picture and sends it when something was done. Says when the server was last heard,
 *  and says STALE across the whole width when it was not. Without this script the page is the picture of its loading. */
const words = document.documentElement.lang === "en"
  ? { heard: "server heard at", since: "since" }
  : { heard: "liên lạc máy chủ lúc", since: "từ" };

const two = (n: number) => String(n).padStart(2, "0");
const clock = (at: Date) => `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;

export function keep(wall: HTMLElement): void {
  const part = (name: string) => wall.querySelector<HTMLElement>(`[data-wall-${name}]`);
  const picture = part("picture"), contact = part("contact"), stale = part("stale"), since = part("since"), now = part("clock");
  const patience = Number(wall.dataset.staleSeconds ?? 15) * 1000;
  if (!picture) return;
  // Monotonic: a device whose clock is wrong by years still knows how long it heard nothing.
  let heard = performance.now(), heardAt = new Date();
  const hear = () => { heard = performance.now(); heardAt = new Date(); tell(); };
  const tell = () => {
    const late = performance.now() - heard > patience;
    if (contact) {
      contact.className = `chip ${late ? "bad" : "good"}`;
      contact.innerHTML = `<span aria-hidden="true">${late ? "✕" : "●"}</span> `;
      contact.append(`${words.heard} ${clock(heardAt)}`);
    }
    if (stale) stale.hidden = !late;
    if (since) since.textContent = late ? `${words.since} ${clock(heardAt)}` : "";
    wall.toggleAttribute("data-stale", late);
    if (now) now.textContent = new Date().toLocaleString(document.documentElement.lang, { dateStyle: "full", timeStyle: "medium" });
  };
  let source: EventSource | undefined;
  const listen = () => {
    source?.close();
    source = new EventSource(wall.dataset.wall ?? "");
    source.addEventListener("picture", (e) => {
      // Whoever reads with the keyboard is not thrown out of the list by an act somewhere else.
      const at = document.activeElement instanceof HTMLAnchorElement && picture.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
      picture.innerHTML = (e as MessageEvent<string>).data;
      if (at) picture.querySelector<HTMLElement>(`a[href="${CSS.escape(at)}"]`)?.focus();
      hear();
    });
    source.addEventListener("beat", hear);
  };
  listen();
  tell();
  setInterval(() => {
    tell();
    // The browser gives up for good when the answer was an error (a restart behind a proxy): begun anew, for as long as it takes.
    if (source?.readyState === EventSource.CLOSED) listen();
  }, 1000);
  addEventListener("online", listen);
}
