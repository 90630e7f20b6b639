// Bundles the style sheet and the scripts into ../wwwroot/assets. Run by the build of web (Client.targets).
import { build } from "esbuild";

await build({
  entryPoints: { site: "src/site.ts", board: "src/board.ts", week: "src/week.ts", style: "css/site.css" },
  outdir: "../wwwroot/assets",
  bundle: true,
  minify: true,
  format: "esm",
  target: ["es2022", "chrome111", "firefox115", "safari16.4"],
  logLevel: "warning",
  legalComments: "none",
});
