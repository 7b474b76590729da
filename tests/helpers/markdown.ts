/** A fenced block of a page. */
export interface CodeBlock {
  /** The first word behind the fence. */
  readonly language: string;
  /** What it holds, with the last line break. */
  readonly text: string;
  /** Line of the fence, from 1. */
  readonly line: number;
  /** The paragraph before it. */
  readonly source: string;
  /** The file that the paragraph before it says it is: "Write `a/b.ts`:". */
  readonly file: string | undefined;
}

/** The fenced blocks of a Markdown text, in order. */
export function blocksOf(markdown: string): CodeBlock[] {
  const lines = markdown.split("\n");
  const blocks: CodeBlock[] = [];
  for (let i = 0; i < lines.length; i++) {
    const fence = /^(`{3,})(\S*)/.exec(lines[i]);
    if (!fence) continue;
    const begin = i;
    while (++i < lines.length && lines[i] !== fence[1]);
    const source = paragraphBefore(lines, begin);
    const names = [...source.matchAll(/`([\w./-]+\/[\w.-]+\.(?:ts|yaml))`/g)];
    blocks.push({
      language: fence[2],
      text: lines.slice(begin + 1, i).join("\n") + "\n",
      line: begin + 1,
      source,
      file: /(:|,)$/.test(source) ? names.at(-1)?.[1] : undefined,
    });
  }
  return blocks;
}

function paragraphBefore(lines: readonly string[], fence: number): string {
  let end = fence;
  while (end > 0 && lines[end - 1] === "") end--;
  let begin = end;
  while (begin > 0 && lines[begin - 1] !== "") begin--;
  return lines.slice(begin, end).join(" ");
}

/** The page without its fenced blocks. */
export function proseOf(markdown: string): string {
  return markdown.replaceAll(/^(`{3,})[^\n]*\n[^]*?^\1$/gm, "");
}

/** The anchors of a page's headings, as GitHub makes them. */
export function anchorsOf(markdown: string): string[] {
  return [...proseOf(markdown).matchAll(/^#{1,6} (.+)$/gm)].map(([, title]) =>
    title.toLowerCase().replaceAll(/[^\p{L}\p{N} _-]/gu, "").replaceAll(
      " ",
      "-",
    )
  );
}

/** The cells of the n-th table under a heading, without its head. */
export function tableOf(
  markdown: string,
  heading: string,
  n = 0,
): string[][] {
  const begin = markdown.search(
    new RegExp(`^#{1,6} ${heading.replaceAll(/[^\w ]/g, "\\$&")}$`, "m"),
  );
  if (begin < 0) throw new Error(`Cannot find the heading ${heading}`);
  const section = markdown.slice(begin).split(/\n#{1,6} /)[0];
  const table = proseOf(section).match(/(?:^\|.*\n?)+/gm)?.[n];
  if (table === undefined) {
    throw new Error(`Cannot find table ${n} under ${heading}`);
  }
  return table.trimEnd().split("\n").slice(2).map((line) =>
    line.split(/(?<!\\)\|/).slice(1, -1).map((cell) =>
      cell.trim().replaceAll("`", "")
    )
  );
}

const ROOT = new URL("../../", import.meta.url);

/**
 * Writes blocks where `../engine/mod.ts` is what it is for a strategy, and
 * removes them after use.
 */
export async function withBlocks<T>(
  texts: readonly string[],
  use: (urls: readonly URL[]) => Promise<T>,
): Promise<T> {
  await Deno.mkdir(new URL(".cache/", ROOT), { recursive: true });
  const urls = texts.map(() =>
    new URL(`.cache/docs_${crypto.randomUUID()}.ts`, ROOT)
  );
  try {
    await Promise.all(
      texts.map((text, i) => Deno.writeTextFile(urls[i], text)),
    );
    return await use(urls);
  } finally {
    await Promise.allSettled(urls.map((url) => Deno.remove(url)));
  }
}

/** The module that a block is. */
export function importBlock(text: string): Promise<Record<string, unknown>> {
  return withBlocks([text], ([{ href }]) => import(href));
}
