/** Text that is HTML already: the only kind that {@link markup} does not escape. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What may stand in a template; `null`, `undefined` and `false` are nothing. */
export type Piece =
  | Html
  | string
  | number
  | null
  | undefined
  | false
  | readonly Piece[];

/**
 * HTML of a template. Everything that is put into it is escaped, for text and
 * for attributes in double quotes alike, unless it is {@link Html} itself.
 *
 * @example
 * markup`<p title="${'"'}">${"a < b"}</p>`.text
 * // '<p title="&quot;">a &lt; b</p>'
 */
export function markup(
  strings: TemplateStringsArray,
  ...pieces: readonly Piece[]
): Html {
  return new Html(
    strings.map((text, i) => text + (i < pieces.length ? of(pieces[i]) : ""))
      .join(""),
  );
}

/** JSON that may stand inside a script element: nothing in it can end one. */
export function scriptJson(value: unknown): Html {
  const text = JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (character) =>
      `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return new Html(text);
}

function of(piece: Piece): string {
  if (piece instanceof Html) return piece.text;
  if (Array.isArray(piece)) return piece.map(of).join("");
  if (piece === null || piece === undefined || piece === false) return "";
  return String(piece).replace(/[&<>"']/g, (character) => ENTITIES[character]);
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
