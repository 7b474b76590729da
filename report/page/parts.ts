import { type Html, markup, type Piece } from "../html.ts";
import type { TableColumn } from "../client/data.ts";

/** A chart's place: what it shows is said in words too. */
export function chartFigure(
  options: {
    readonly id: string;
    readonly caption: Piece;
    /** What a reader who cannot see the chart should know. */
    readonly alternative: string;
    /** Can be moved through time with keys. */
    readonly moves?: boolean;
    readonly note?: Piece;
  },
): Html {
  const { id, caption, alternative, moves = false, note } = options;
  const keys = moves
    ? ". Arrow keys move, plus and minus zoom, 0 shows all"
    : "";
  return markup`<figure>
<figcaption id="${id}-caption">${caption}</figcaption>
${
    moves
      ? markup`
        <div class="plot" id="${id}" role="group" tabindex="0"
          aria-labelledby="${id}-caption"
          aria-describedby="${id}-text"></div>
      `
      : markup`
        <div class="plot" id="${id}" role="group"
          aria-labelledby="${id}-caption"
          aria-describedby="${id}-text"></div>
      `
  }
<p class="hidden" id="${id}-text">${alternative}${keys}</p>
${note && markup`<p class="note">${note}</p>`}
</figure>`;
}

/** Buttons that move all charts over time. */
export function timeControls(label: string): Html {
  const button = (what: string, text: string, name: string) =>
    markup`
      <button type="button" data-do="${what}" aria-label="${name}"
        title="${name}">${text}</button>
    `;
  return markup`<div class="controls" role="group" aria-label="${label}" hidden>
${button("in", "+", "Zoom in")}
${button("out", "−", "Zoom out")}
${button("left", "←", "Earlier")}
${button("right", "→", "Later")}
${button("all", "All", "All of the run")}
<output></output>
</div>`;
}

/** A table of two columns: what, and how much. */
export function factTable(
  caption: string,
  rows: readonly (readonly [Piece, Piece])[],
): Html {
  return markup`
    <table class="facts">
      <caption>${caption}</caption>
      <tbody>
    ${
    rows.map(([name, value]) =>
      markup`
        <tr>
          <th scope="row">${name}</th>
          <td>${value}</td>
        </tr>

      `
    )
  }</tbody>
    </table>
  `;
}

/** The frame of a table that the page's script fills. */
export function pagedTable(
  options: {
    readonly id: string;
    readonly caption: string;
    readonly columns: readonly TableColumn[];
    /** A last column with a button that shows the row in a chart. */
    readonly shows: boolean;
  },
): Html {
  const { id, caption, columns, shows } = options;
  const filters = columns.flatMap((column, i) => {
    if (column.signed) {
      const words = [["gain", "Above 0"], ["loss", "0 or below"]] as const;
      return [filter(i, column.label, words)];
    }
    if (column.words === undefined || column.words.length < 2) return [];
    const words = column.words.map((word, n) => [String(n), word] as const);
    return [filter(i, column.label, words)];
  });
  return markup`
    <div id="${id}">
      <div class="filters">${filters}
    <span class="pager"><button type="button" data-page="-1000000000" aria-label="First page">«</button><button type="button" data-page="-1" aria-label="Page before">‹</button>
    <output aria-live="polite"></output>
    <button type="button" data-page="1" aria-label="Next page">›</button><button type="button" data-page="1000000000" aria-label="Last page">»</button></span></div>
      <div class="wide" tabindex="0" role="region" aria-label="${caption}">
        <table>
          <caption>${caption}</caption>
          <thead>
            <tr>${
    shows && markup`<th scope="col"><span class="hidden">Chart</span></th>`
  }${
    columns.map(({ label, form }) =>
      markup`
                <th scope="col"
                  data-column${
        form !== "text" && markup`
                    class="number"
                  `
      }><button type="button">${label}</button></th>
              `
    )
  }</tr>
          </thead>
          <tbody></tbody>
        </table>
      </div>
    </div>
  `;
}

function filter(
  column: number,
  label: string,
  words: readonly (readonly [string, string])[],
): Html {
  return markup`<label>${label} <select data-column="${column}"><option value="">All</option>${
    words.map(([value, text]) =>
      markup`<option value="${value}">${text}</option>`
    )
  }</select></label>`;
}
