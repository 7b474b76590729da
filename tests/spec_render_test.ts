import assert from "node:assert/strict";
import type { Issue, Position } from "../pipeline/contract/mod.ts";
import { renderIssues } from "../pipeline/spec/mod.ts";

function issueAt(
  position: Partial<Position>,
  more: Partial<Issue> = {},
): Issue {
  return {
    code: "unknown_input",
    path: [],
    message: 'Cannot find the stage "tikcs"',
    position: { file: "a.yaml", line: 1, column: 1, length: 1, ...position },
    ...more,
  };
}

Deno.test("an issue shows its line, a caret and its hint", () => {
  const text = renderIssues(
    [
      issueAt({ line: 2, column: 9, length: 5 }, {
        hint: 'did you mean "ticks"?',
      }),
      issueAt({ file: "--set", line: 1, column: 5 }),
    ],
    { "a.yaml": "name: a\n  from: tikcs\n", "--set": "a.b=c" },
    { color: false },
  );
  assert.equal(
    text,
    `a.yaml:2:9: Cannot find the stage "tikcs" [unknown_input]
  2 |   from: tikcs
    |         ^^^^^ did you mean "ticks"?

--set:1:5: Cannot find the stage "tikcs" [unknown_input]
  1 | a.b=c
    |     ^

2 problems in a.yaml and --set
`,
  );
});

Deno.test("color adds styles and changes nothing else", () => {
  const issues = [issueAt({ length: 4 })];
  const texts = { "a.yaml": "name: a" };
  const painted = renderIssues(issues, texts, { color: true });
  assert.ok(painted.includes("\x1b[31m^^^^\x1b[39m"));
  assert.equal(
    // deno-lint-ignore no-control-regex
    painted.replaceAll(/\x1b\[\d+m/g, ""),
    renderIssues(issues, texts, { color: false }),
  );
});

Deno.test("the caret stands under its word after tabs and wide characters", () => {
  const line = "\t名前: x";
  const text = renderIssues(
    [issueAt({ column: line.indexOf("x") + 1 })],
    { "a.yaml": line },
    { color: false },
  );
  const [, shown, carets] = text.split("\n");
  assert.equal(shown, "  1 |   名前: x");
  assert.equal(carets.indexOf("^") - carets.indexOf("|"), 2 + 2 + 4 + 2);
});

Deno.test("a long line is cut around the caret, and controls are not printed", () => {
  const line = `${"a".repeat(300)}\x1bBAD${"b".repeat(300)}`;
  const text = renderIssues(
    [issueAt({ column: 302, length: 3 })],
    { "a.yaml": line },
    { color: false, width: 60 },
  );
  const [, shown, carets] = text.split("\n");
  assert.ok(shown.length < 80);
  assert.ok(!text.includes("\x1b"));
  assert.equal(
    shown.slice(carets.indexOf("^"), carets.lastIndexOf("^") + 1),
    "BAD",
  );
});

Deno.test("an issue without position or text is still told", () => {
  const bare = { ...issueAt({}), position: undefined };
  assert.match(renderIssues([bare], {}, { color: false }), /1 problem\n$/);
  assert.match(
    renderIssues([issueAt({ line: 99 })], {}, { color: false }),
    /^a\.yaml:99:1: Cannot/,
  );
  assert.equal(renderIssues([], {}, { color: false }), "");
});
