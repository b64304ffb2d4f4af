// Pictures of every preview at three widths into /tmp/ui-look (or the folder given), and axe on each.
import { mkdir } from "node:fs/promises";
import { launch, axeFindings } from "../tests/lib.mjs";
import { names, serve } from "./server.mjs";

const out = process.argv[2] ?? "/tmp/ui-look";
await mkdir(out, { recursive: true });
const site = await serve(), { browser, close } = await launch();
let bad = 0;
for (const name of await names()) for (const width of [360, 768, 1440]) {
  const page = await browser.newPage({ viewport: { width, height: 900 } });
  page.on("console", (m) => { if (m.type() === "error") { bad++; console.log(name, m.text()); } });
  await page.goto(`${site.url}/${name}`);
  await page.evaluate(() => document.fonts.ready);
  const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  if (over > 0) { bad++; console.log(`${name} at ${width}: ${over} px too wide`); }
  await page.screenshot({ path: `${out}/${name}-${width}.png`, fullPage: true });
  for (const f of await axeFindings(page)) { bad++; console.log(`${name} at ${width}: ${f}`); }
  await page.close();
}
await close();
await site.close();
console.log(bad ? `${bad} findings` : "0 findings", out);
process.exitCode = bad ? 1 : 0;
