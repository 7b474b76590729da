import { markup, type Piece } from "../html.ts";
import { bytes, count, plural, timeText } from "../format.ts";
import { factTable } from "../page/parts.ts";
import { figure, type Run } from "../run/run.ts";
import type { Section } from "../section.ts";

/** What says which run this was, so that it can be made again. */
export const facts: Section = {
  id: "facts",
  title: "Run facts",
  render(run) {
    return markup`
      ${factTable("The run", runRows(run))}
      ${dataTable(run)}
      <details open>
        <summary>Pipeline file, with all defaults</summary>
        <pre tabindex="0" aria-label="Pipeline file"><code>${run.yaml}</code></pre>
      </details>
    `;
  },
};

function runRows(run: Run): [Piece, Piece][] {
  const { facts, result } = run;
  const code = (text: string) => markup`<code>${text}</code>`;
  return [
    ["Digest", code(String(result.digest))],
    ["Pipeline", run.name],
    ["Strategy", markup`${facts.strategy}, code ${code(facts.code)}`],
    ["Seed", String(facts.seed)],
    [
      "Breakwater",
      markup`${facts.version}, code ${code(facts.program)}`,
    ],
    ["Finished (UTC)", facts.finished.slice(0, 19).replace("T", " ")],
    ["Capital", `${count(run.capital)} ${run.currency}`],
    ["Slices", slicesText(run)],
    ["Time", timingText(run)],
    ["Rows outside sessions", count(figure(run, "filtered") ?? 0)],
    ["Sessions without rows", emptyText(result.empty_sessions)],
  ];
}

function slicesText(run: Run): string {
  const { slices, rows } = run.result.reruns as {
    slices: number;
    rows: number;
  };
  const ticks = figure(run, "ticks") ?? 0;
  const all = plural(figure(run, "slices") ?? 0, "slice");
  const workers = plural(figure(run, "workers") ?? 0, "worker");
  if (slices === 0) return `${all} on ${workers}, none run again`;
  const share = ticks === 0 ? 0 : 100 * rows / ticks;
  return `${all} on ${workers}, ${count(slices)} run again (${
    share.toFixed(1)
  } % of ticks)`;
}

function timingText(run: Run): string {
  const seconds = (name: string) => (figure(run, name) ?? 0).toFixed(2);
  const speed = (figure(run, "ticks_per_second") ?? 0) / 1e6;
  return `${seconds("run_s")} s (${speed.toFixed(1)} M ticks/s), ${
    seconds("elapsed_s")
  } s in all, ${bytes(figure(run, "slot_memory") ?? 0)} of memory for ticks`;
}

function emptyText(dates: unknown): string {
  const all = Array.isArray(dates) ? dates.map(String) : [];
  if (all.length === 0) return "none";
  const shown = all.slice(0, 12).join(", ");
  return all.length > 12 ? `${shown} and ${all.length - 12} more` : shown;
}

interface DataAccount {
  readonly stage: string;
  readonly instrument: string;
  readonly synthetic: boolean;
  readonly read: number;
  readonly rejected: Readonly<Record<string, number>>;
  readonly rows: number;
  readonly first: string | null;
  readonly last: string | null;
  readonly content: string;
}

function dataTable({ result }: Run): Piece {
  const data = (result.data ?? []) as readonly DataAccount[];
  return markup`
    <div class="wide" tabindex="0" role="region" aria-label="Data">
      <table>
        <caption>Data</caption>
        <thead>
          <tr>
            <th scope="col">Stage</th>
            <th scope="col">Instrument</th>
            <th scope="col" class="number">Rows</th>
            <th scope="col">First (UTC)</th>
            <th scope="col">Last (UTC)</th>
            <th scope="col">Turned away</th>
            <th scope="col">Fingerprint</th>
          </tr>
        </thead>
        <tbody>
    ${
    data.map((table) =>
      markup`
        <tr>
          <th scope="row">${table.stage}${
        table.synthetic && markup`
            <strong class="badge">synthetic</strong>
          `
      }</th>
          <td>${table.instrument}</td>
          <td class="number">${count(table.rows)}</td>
          <td>${momentText(table.first)}</td>
          <td>${momentText(table.last)}</td>
          <td>${rejectedText(table)}</td>
          <td><code title="${table.content}">${
        table.content.slice(
          0,
          16,
        )
      }</code></td>
        </tr>

      `
    )
  }</tbody>
      </table>
    </div>
  `;
}

function momentText(iso: string | null): string {
  return iso === null ? "–" : timeText(Date.parse(iso) * 1e3);
}

function rejectedText({ rejected, read }: DataAccount): string {
  const kinds = Object.entries(rejected);
  if (kinds.length === 0) return "none";
  return `${kinds.map(([kind, n]) => `${kind} ${count(n)}`).join(", ")} of ${
    count(read)
  }`;
}
