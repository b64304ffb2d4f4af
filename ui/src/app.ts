/** Progressive enhancement of server-rendered pages. Everything hangs on data-* attributes (see ui/README.md); each part stands alone. */
import { autosave } from "./autosave";
import { comboboxes } from "./combobox";
import { guard, menus, remember } from "./guard";
import { keys } from "./keys";
import { offline } from "./offline";
import { conveniences, due, errors } from "./page";
import { passkeys } from "./passkeys";
import { counters, questions } from "./questions";
import { upload } from "./upload";
import { walls } from "./walls";

// Comboboxes before questions (a hidden question may hold one), questions before autosave (what is parked is not sent).
const parts: (() => void | Promise<void>)[] = [comboboxes, questions, autosave, upload, offline, passkeys, guard, remember, menus, keys, due, conveniences, counters, errors, walls];
const begun = parts.map((part) => {
  try { return part(); } catch (e) { console.error(part.name, e); }
});
void Promise.allSettled(begun).then(() => { document.documentElement.dataset.ready = ""; });
