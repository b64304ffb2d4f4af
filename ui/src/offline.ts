/** The door to device.ts, which works without a network. It is fetched on pages with [data-device], and at signing out when
 *  this device keeps something; every other page does without its weight. */
import { flagged } from "./offline-flag";

/** Address of the built device.ts, set by build.mjs. */
declare const DEVICE_SCRIPT: string;
const device = (): Promise<typeof import("./device")> => import(DEVICE_SCRIPT);

/** Signing out leaves nothing behind; what has not been sent is asked about first. */
function signingOut(e: Event): void {
  const form = e.target as HTMLFormElement;
  if (!form.action?.endsWith("/sign-out") || !flagged()) return;
  e.preventDefault(); e.stopImmediatePropagation();
  void (async () => {
    if (await (await device()).leave()) HTMLFormElement.prototype.submit.call(form);
  })();
}

/** Settled when the page's forms are in the hands of device.ts and show what waits. */
export function offline(): void | Promise<void> {
  if (!("serviceWorker" in navigator) || !("indexedDB" in window) || !("caches" in window) || !("randomUUID" in crypto)) return;
  document.addEventListener("submit", signingOut, true);
  const section = document.querySelector<HTMLElement>("[data-device]");
  if (!section) return;
  // A form that is sent before the script is there waits for it; without the script the browser sends it.
  const wait = (e: SubmitEvent) => {
    const form = e.target as HTMLFormElement;
    if (!form.querySelector("[data-offline]")) return;
    e.preventDefault(); e.stopImmediatePropagation();
    void started.then(() => form.requestSubmit(e.submitter), () => HTMLFormElement.prototype.submit.call(form));
  };
  document.addEventListener("submit", wait, true);
  const started = device().then((d) => d.start(section)).finally(() => document.removeEventListener("submit", wait, true));
  return started;
}
