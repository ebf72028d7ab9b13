// Builds the browser modules, the widget and the style sheets into App/wwwroot.
import { build, context, transform } from "esbuild";
import { cp, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "..", "App", "wwwroot");

/** Every file directly in a folder with this ending is an entry of its own. */
async function entries(folder, ending) {
  const names = await readdir(join(here, folder));
  return names.filter((name) => name.endsWith(ending)).map((name) => join(here, folder, name));
}

/** The widget's style sheet as text, without the room that people need. */
const packedStyles = {
  name: "packed-styles",
  setup: ({ onLoad }) => onLoad({ filter: /\.css$/ }, async ({ path }) => ({ contents: (await transform(await readFile(path, "utf8"), { loader: "css", minify: true })).code, loader: "text" })),
};

const shared = { bundle: true, minify: true, target: "es2022", logLevel: "warning" };

const bundles = [
  { ...shared, entryPoints: await entries("src/interop", ".ts"), outdir: join(out, "js"), format: "esm" },
  { ...shared, entryPoints: [join(here, "src/widget/widget.ts")], outfile: join(out, "widget.js"), format: "iife", plugins: [packedStyles] },
  { ...shared, entryPoints: [join(here, "src/widget/preview.ts")], outfile: join(out, "js/widget-preview-frame.js"), format: "iife", plugins: [packedStyles] },
  { ...shared, entryPoints: await entries("src/api-docs", ".ts"), outdir: join(out, "js/api-docs"), format: "iife" },
  { ...shared, entryPoints: await entries("css", ".css"), outdir: join(out, "css"), external: ["../img/*"] },
];

/** Swagger UI and Redoc as they are published, with their licences: nothing of them is loaded from another site. */
async function copyApiDocs() {
  const [from, to] = [join(here, "node_modules"), join(out, "js/api-docs")];
  await mkdir(to, { recursive: true });
  for (const name of ["swagger-ui-bundle.js", "swagger-ui-bundle.js.LICENSE.txt", "swagger-ui.css"]) {
    await cp(join(from, "swagger-ui-dist", name), join(to, name));
  }

  // Its footer has a picture on a foreign host. An address that is no picture makes it show none.
  const logo = '"https://cdn.redoc.ly/redoc/logo-mini.svg"';
  const redoc = await readFile(join(from, "redoc/bundles/redoc.standalone.js"), "utf8");
  if (!redoc.includes(logo)) {
    throw new Error("Redoc loads its logo from somewhere else now: look for it in redoc.standalone.js.");
  }

  await writeFile(join(to, "redoc.standalone.js"), redoc.replace(logo, '"data:,"').replace(/\n\/\/# sourceMappingURL=.*/, ""));
  await cp(join(from, "redoc/bundles/redoc.standalone.js.LICENSE.txt"), join(to, "redoc.standalone.js.LICENSE.txt"));
}

await mkdir(out, { recursive: true });
await cp(join(here, "img"), join(out, "img"), { recursive: true });

await copyApiDocs();

if (process.argv.includes("--watch")) {
  for (const bundle of bundles) {
    await (await context(bundle)).watch();
  }
} else {
  await Promise.all(bundles.map((bundle) => build(bundle)));
}
