import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { hashModule } from "../stages/custom/load.ts";
import { closureOf } from "../stages/module_closure.ts";
import {
  hashCode,
  mentionsAccount,
  ownFiles,
} from "../stages/worker/hash_code.ts";

const FILES = {
  "mine/main.ts": `// Once: import { old } from "./gone.ts"; or import "./".
import { half } from "./half.ts";
export * from '../lib/all.ts';
import levels from "./levels.json" with { type: "json" };
export const later = () => import(\`./later.js\`);
`,
  "mine/half.ts": 'import "./main.ts";\nexport const half = 0.5;\n',
  "mine/levels.json": '[1, "import \\"./unused.ts\\""]',
  "mine/later.js": "export {};\n",
  "mine/unused.ts": "export {};\n",
  "mine-too/other.ts": "export {};\n",
  "lib/all.ts": 'export * from "../mine-too/other.ts";\n',
};

function inFolder(
  run: (root: string, write: (name: string, text: string) => void) => void,
): void {
  const root = mkdtempSync(join(tmpdir(), "closure #1 "));
  const write = (name: string, text: string) => {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  };
  try {
    for (const [name, text] of Object.entries(FILES)) write(name, text);
    run(root, write);
  } finally {
    rmSync(root, { recursive: true });
  }
}

Deno.test("a module's closure is what it imports, and nothing that a comment speaks of", () => {
  inFolder((root) => {
    const names = (within?: string) =>
      closureOf(
        join(root, "mine/main.ts"),
        within === undefined ? {} : { within },
      ).map(({ path }) => relative(root, path));
    assert.deepEqual(names(), [
      "lib/all.ts",
      "mine-too/other.ts",
      "mine/half.ts",
      "mine/later.js",
      "mine/levels.json",
      "mine/main.ts",
    ]);
    assert.deepEqual(names(join(root, "mine")), [
      "mine/half.ts",
      "mine/later.js",
      "mine/levels.json",
      "mine/main.ts",
    ]);
  });
});

Deno.test("a strategy's hash follows its folder, a stage's hash every import", () => {
  inFolder((root, write) => {
    const path = join(root, "mine/main.ts");
    const strategy = () => hashCode(ownFiles(pathToFileURL(path).href));
    const stage = () => hashModule(path);
    const changes = (name: keyof typeof FILES) => {
      const before = [strategy(), stage()];
      write(name, FILES[name] + "\n");
      const after = [strategy(), stage()];
      write(name, FILES[name]);
      assert.deepEqual([strategy(), stage()], before);
      return after.map((hash, i) => hash !== before[i]);
    };
    assert.deepEqual(changes("mine/main.ts"), [true, true]);
    assert.deepEqual(changes("mine/levels.json"), [true, true]);
    assert.deepEqual(changes("lib/all.ts"), [false, true]);
    assert.deepEqual(changes("mine-too/other.ts"), [false, true]);
    assert.deepEqual(changes("mine/unused.ts"), [false, false]);
  });
});

Deno.test("a name counts where it is code, not in comments and texts", () => {
  const names = (text: string) => mentionsAccount([{ name: "/a.ts", text }]);
  assert.ok(names("broker.account.equity"));
  assert.ok(names("const { account } = broker; // the account"));
  assert.ok(names('broker["x"] + broker.account.margin'));
  assert.ok(!names("broker.accounts + discount"));
  assert.ok(!names("// the account\n/* account */ f('account', \"account\")"));
});
