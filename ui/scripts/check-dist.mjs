// Fails if the production build holds the fake door, an inline script, or anything from another host.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

const MARK = "execute-sync-fake-door";
const files = (folder) =>
  readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? files(path) : [path];
  });
const problems = [];
for (const path of files("dist")) {
  if (!/\.(js|css|html)$/.test(path)) continue;
  const text = readFileSync(path, "utf8");
  if (text.includes(MARK)) problems.push(`${path} holds the fake door`);
  if (path.endsWith(".html") && /<script(?![^>]*\bsrc=)/.test(text)) problems.push(`${path} holds an inline script`);
  if (path.endsWith(".html") && /(src|href)="https?:/.test(text)) problems.push(`${path} loads from another host`);
}
if (problems.length > 0) {
  console.error(problems.join("\n"));
  process.exit(1);
}
console.log("dist: no fake door, no inline script, nothing from elsewhere");
