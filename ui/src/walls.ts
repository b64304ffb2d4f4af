/** The door to wall.ts, which is fetched only where a page is a wall. */
import { all } from "./dom";

/** Address of the built wall.ts, set by build.mjs. */
declare const WALL_SCRIPT: string;

export function walls(): void {
  const found = all<HTMLElement>("[data-wall]");
  if (!found.length) return;
  const script: Promise<typeof import("./wall")> = import(WALL_SCRIPT);
  void script.then((s) => found.forEach(s.keep));
}
