/** Asks the device for a passkey: makes one (data-passkey="create") or signs in with one ("get"). The question comes from the
 *  server (data-begin), the answer goes back as a field of the form, so that every refusal is a page like any other.
 *  Fetched on pages with [data-passkey] only. */
const vi = {
  none: "Trình duyệt này không dùng được khóa truy cập. Hãy cập nhật trình duyệt, hoặc dùng mật khẩu và mã một lần.",
  name: "Đặt tên cho khóa trước.",
  asking: "Đang chờ thiết bị của bạn…", sending: "Đang gửi…",
  cancelled: "Bạn đã dừng, đã quá giờ, hoặc thiết bị không có khóa nào cho trang này. Có thể thử lại.",
  known: "Thiết bị này đã có khóa của bạn cho trang này.",
  failed: "Chưa hỏi được thiết bị. Kiểm tra mạng, tải lại trang rồi thử lại.",
};
const en: typeof vi = {
  none: "This browser cannot use passkeys. Update it, or use a password with a one-time code.",
  name: "Name the passkey first.",
  asking: "Waiting for your device…", sending: "Sending…",
  cancelled: "You stopped, it took too long, or this device has no passkey for this site. You can try again.",
  known: "This device already has your passkey for this site.",
  failed: "The device could not be asked. Check the network, reload the page and try again.",
};
const words = document.documentElement.lang.startsWith("en") ? en : vi;

type Named = { type: "public-key"; id: string };
type Question = { challenge: string; user?: { id: string }; excludeCredentials?: Named[]; allowCredentials?: Named[] };

const bytes = (text: string): ArrayBuffer => {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  const out = new Uint8Array(plain.length);
  for (let i = 0; i < plain.length; i += 1) out[i] = plain.charCodeAt(i);
  return out.buffer;
};
const text = (buffer: ArrayBuffer | null): string | undefined =>
  buffer ? btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "") : undefined;
const named = (list: Named[] | undefined) => (list ?? []).map((c) => ({ type: c.type, id: bytes(c.id) }));

async function question(form: HTMLFormElement): Promise<Question | string> {
  const token = form.querySelector<HTMLInputElement>("input[name=_csrf]")?.value ?? "";
  const answer = await fetch(form.dataset.begin ?? "", { method: "POST", credentials: "same-origin", headers: { accept: "application/json", "x-csrf-token": token } });
  const said = await answer.json();
  return answer.ok ? said : said.messages?.[document.documentElement.lang.slice(0, 2)] ?? said.detail ?? words.failed;
}

async function made(q: Question): Promise<Record<string, unknown>> {
  const publicKey = { ...q, challenge: bytes(q.challenge), user: { ...q.user, id: bytes(q.user?.id ?? "") }, excludeCredentials: named(q.excludeCredentials) };
  const key = (await navigator.credentials.create({ publicKey: publicKey as unknown as PublicKeyCredentialCreationOptions })) as PublicKeyCredential;
  const r = key.response as AuthenticatorAttestationResponse;
  return { id: text(key.rawId), type: key.type, response: { clientDataJSON: text(r.clientDataJSON), attestationObject: text(r.attestationObject), transports: r.getTransports?.() ?? [] } };
}

async function used(q: Question): Promise<Record<string, unknown>> {
  const publicKey = { ...q, challenge: bytes(q.challenge), allowCredentials: named(q.allowCredentials) };
  const key = (await navigator.credentials.get({ publicKey: publicKey as unknown as PublicKeyCredentialRequestOptions })) as PublicKeyCredential;
  const r = key.response as AuthenticatorAssertionResponse;
  return { id: text(key.rawId), type: key.type, response: { clientDataJSON: text(r.clientDataJSON), authenticatorData: text(r.authenticatorData), signature: text(r.signature), userHandle: text(r.userHandle) } };
}

/** Asks, then sends the form with the answer; what went wrong is said beside the button. */
export async function ask(form: HTMLFormElement): Promise<void> {
  const say = (message: string) => { const state = form.querySelector("[data-passkey-state]"); if (state) state.textContent = message; };
  const field = form.querySelector<HTMLInputElement>("input[name=answer]");
  const name = form.querySelector<HTMLInputElement>("input[name=name]");
  if (!field || !window.PublicKeyCredential) return say(words.none);
  if (name && !name.value.trim()) { name.focus(); return say(words.name); }
  say(words.asking);
  try {
    const q = await question(form);
    if (typeof q === "string") return say(q);
    field.value = JSON.stringify(await (form.dataset.passkey === "create" ? made(q) : used(q)));
    say(words.sending);
    HTMLFormElement.prototype.submit.call(form);
  } catch (e) {
    const kind = e instanceof DOMException ? e.name : "";
    say(kind === "InvalidStateError" ? words.known : kind === "NotAllowedError" || kind === "AbortError" ? words.cancelled : words.failed);
  }
}
