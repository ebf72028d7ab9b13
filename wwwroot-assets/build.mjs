// Builds the browser modules, the widget and the style sheets into App/wwwroot.
import { build, context } from "esbuild";
import { cp, mkdir, readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "..", "App", "wwwroot");

/** Every file directly in a folder with this ending is an entry of its own. */
async function entries(folder, ending) {
  const names = await readdir(join(here, folder));
  return names.filter((name) => name.endsWith(ending)).map((name) => join(here, folder, name));
}

const shared = { bundle: true, minify: true, target: "es2022", logLevel: "warning" };

const bundles = [
  { ...shared, entryPoints: await entries("src/interop", ".ts"), outdir: join(out, "js"), format: "esm" },
  { ...shared, entryPoints: [join(here, "src/widget/widget.ts")], outfile: join(out, "widget.js"), format: "iife", loader: { ".css": "text" } },
  { ...shared, entryPoints: await entries("css", ".css"), outdir: join(out, "css"), external: ["../img/*"] },
];

await mkdir(out, { recursive: true });
await cp(join(here, "img"), join(out, "img"), { recursive: true });

if (process.argv.includes("--watch")) {
  for (const bundle of bundles) {
    await (await context(bundle)).watch();
  }
} else {
  await Promise.all(bundles.map((bundle) => build(bundle)));
}
