// Builds dist/: one style sheet, one script, the fonts, all named by their content, with a Brotli copy of every text,
// a manifest (logical name -> file name) and the licences of what is shipped. The same input gives the same bytes.
import { build, context } from "esbuild";
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";

const here = dirname(fileURLToPath(import.meta.url));
const font = join(here, "node_modules/@fontsource/be-vietnam-pro");

// Two weights only: 400, and 700 standing for 600 too. A third would cost 34 kB and break the 100 kB budget.
// Order matters. Where ranges overlap the LAST rule wins, and the package declares latin-ext after vietnamese, so that
// "đ", "ă" or "ơ" would fetch latin-ext as well (27 kB for nothing). Here vietnamese comes last.
const WEIGHTS = [[400, "400"], [700, "600 700"]];
const SUBSETS = ["latin-ext", "latin", "vietnamese"];

async function fontFaces() {
  const faces = [];
  for (const [weight, range] of WEIGHTS) {
    const css = await readFile(join(font, `${weight}.css`), "utf8");
    for (const subset of SUBSETS) {
      const name = `be-vietnam-pro-${subset}-${weight}-normal`;
      const block = css.split("@font-face").find((part) => part.includes(`${name}.woff2`));
      const unicode = block?.match(/unicode-range:\s*([^;]+);/)?.[1];
      if (!unicode) throw new Error(`the font package no longer declares ${name}`);
      faces.push(`@font-face{font-family:"Be Vietnam Pro";font-style:normal;font-weight:${range};font-display:swap;` +
        `src:url("${join(font, "files", `${name}.woff2`)}") format("woff2");unicode-range:${unicode}}`);
    }
  }
  // Metrics of the fallback are brought near the real font's, so that the swap hardly moves a line.
  faces.push('@font-face{font-family:"Phusa Fallback";src:local("Arial"),local("Liberation Sans"),local("Arimo");' +
    "size-adjust:110%;ascent-override:93%;descent-override:24%;line-gap-override:0%}");
  return faces.join("\n");
}

const fontsPlugin = {
  name: "fonts",
  setup(b) {
    b.onResolve({ filter: /^\.\/fonts\.css$/ }, () => ({ path: "fonts.css", namespace: "fonts" }));
    b.onLoad({ filter: /.*/, namespace: "fonts" }, async () => ({ contents: await fontFaces(), loader: "css", resolveDir: here }));
  },
};

const options = (out, entryNames, assetNames, entryPoints = { app: "src/app.ts", sw: "src/sw.ts", "app-style": "src/styles/app.css" }) => ({
  entryPoints,
  absWorkingDir: here, outdir: out, bundle: true, minify: true, format: "esm", charset: "utf8", legalComments: "none",
  target: ["es2022", "chrome105", "firefox121", "safari16"], loader: { ".woff2": "file" },
  entryNames, assetNames, metafile: true, logLevel: "warning", plugins: [fontsPlugin],
});

const brotli = (bytes) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } });
const hashOf = (bytes) => createHash("sha256").update(bytes).digest("hex").slice(0, 10);

/** Licences of what leaves this machine in dist/ (build tools do not). */
async function licences() {
  const shipped = [["Be Vietnam Pro (font)", "@fontsource/be-vietnam-pro"]];
  const parts = [];
  for (const [title, name] of shipped) {
    const dir = join(here, "node_modules", name);
    const { version, license } = JSON.parse(await readFile(join(dir, "package.json"), "utf8"));
    const file = (await readdir(dir)).find((f) => /^licen[cs]e/i.test(f));
    if (!file) throw new Error(`${name} has no licence file`);
    parts.push(`${title}\n${name} ${version}, ${license}\n\n${(await readFile(join(dir, file), "utf8")).trim()}\n`);
  }
  return `Third-party works shipped with the pages of this program.\n\n${parts.join(`\n${"-".repeat(72)}\n\n`)}`;
}

/** Scripts that the first one fetches by their final names where they are needed only. */
const LAZY = { DEVICE_SCRIPT: "device", PASSKEY_SCRIPT: "passkey", WALL_SCRIPT: "wall" };
const lazy = (names) => ({ define: Object.fromEntries(Object.entries(names).map(([k, n]) => [k, JSON.stringify(`./${n}`)])), external: Object.values(names).map((n) => `./${n}`) });

export async function buildAll(out = join(here, "dist")) {
  const next = `${out}.next`;
  await rm(next, { recursive: true, force: true });
  await mkdir(next, { recursive: true });
  const parts = [], names = {};
  for (const [place, name] of Object.entries(LAZY)) {
    const bytes = (await build({ ...options(next, "[name]", "[name].[hash]", { [name]: `src/${name}.ts` }), write: false })).outputFiles[0].contents;
    names[place] = `${name}.${hashOf(bytes)}.js`;
    parts.push([`${name}.js`, Buffer.from(bytes), names[place]]);
  }
  // Fonts are named first; the style sheet that mentions them is named by its final text.
  const result = await build({ ...options(next, "[name]", "[name].[hash]"), ...lazy(names), write: false });
  const manifest = {}, sizes = [];
  const put = async (logical, bytes, hashed, text) => {
    manifest[logical] = hashed;
    await writeFile(join(next, hashed), bytes);
    const small = text ? brotli(bytes) : undefined;
    if (small) await writeFile(join(next, `${hashed}.br`), small);
    sizes.push([logical, bytes.length, small?.length]);
  };
  for (const [logical, bytes, hashed] of parts) await put(logical, bytes, hashed, true);
  for (const file of result.outputFiles) {
    const name = basename(file.path), bytes = Buffer.from(file.contents);
    if (name.endsWith(".woff2")) await put(name.replace(/\.[A-Z0-9]{8}(?=\.woff2$)/, ""), bytes, name.toLowerCase(), false);
    else if (name === "app-style.css") {
      const css = Buffer.from(bytes.toString("utf8").replace(/[\w-]+\.[A-Z0-9]{8}\.woff2/g, (m) => m.toLowerCase()));
      await put("app.css", css, `app.${hashOf(css)}.css`, true);
    } else if (name === "sw.js") {
      // The worker keeps one name: the browser compares its text at every start. Not in the manifest, so never cached for ever.
      await writeFile(join(next, "sw.js"), bytes);
    } else if (name === "app.js") await put("app.js", bytes, `app.${hashOf(bytes)}.js`, true);
  }
  const icon = await readFile(join(here, "src/icon.svg"));
  await put("icon.svg", icon, `icon.${hashOf(icon)}.svg`, true);
  await put("licences.txt", Buffer.from(await licences()), "licences.txt", true);
  const sorted = Object.fromEntries(Object.entries(manifest).sort(([a], [b]) => (a < b ? -1 : 1)));
  await writeFile(join(next, "manifest.json"), `${JSON.stringify(sorted, null, 1)}\n`);
  await rm(out, { recursive: true, force: true });
  await rename(next, out);
  return { manifest: sorted, sizes };
}

function table(sizes) {
  const wire = (s) => s[2] ?? s[1];
  const row = (a, b, c) => console.log(a.padEnd(46), String(b).padStart(8), String(c).padStart(8));
  row("file", "raw", "br");
  for (const s of sizes) row(s[0], s[1], s[2] ?? "-");
  const first = sizes.filter(([n]) => n.startsWith("app.") || (n.endsWith(".woff2") && !n.includes("latin-ext")));
  row("first load without the page itself", "", first.reduce((sum, s) => sum + wire(s), 0));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  table((await buildAll()).sizes);
  if (process.argv.includes("--watch")) {
    const again = { name: "again", setup(b) { let first = true; b.onEnd(async () => { if (first) { first = false; return; } try { await buildAll(); console.log("built"); } catch (e) { console.error(String(e)); } }); } };
    const o = { ...options(join(here, "dist"), "[name]", "[name].[hash]"), ...lazy(Object.fromEntries(Object.entries(LAZY).map(([k, n]) => [k, `${n}.js`]))) };
    await (await context({ ...o, write: false, plugins: [...o.plugins, again] })).watch();
  }
}
