/** The door to passkey.ts, which is fetched only where a form asks for a passkey. */
import { all } from "./dom";

/** Address of the built passkey.ts, set by build.mjs. */
declare const PASSKEY_SCRIPT: string;

export function passkeys(): void {
  const forms = all<HTMLFormElement>("form[data-passkey]");
  if (!forms.length) return;
  const script: Promise<typeof import("./passkey")> = import(PASSKEY_SCRIPT);
  for (const form of forms) {
    form.addEventListener("submit", (e) => {
      e.preventDefault();
      // Without the script the form is sent as it is, and the page says what to do.
      void script.then((s) => s.ask(form), () => HTMLFormElement.prototype.submit.call(form));
    });
  }
}
