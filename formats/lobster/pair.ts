import { FormatError } from "../error.ts";
import type { SourceFile } from "../table.ts";

const MESSAGES = /_message(?=_[^/\\]*$|\.[^/\\]*$)/;
const BOOK = /_orderbook(?=_[^/\\]*$|\.[^/\\]*$)/;

/** True for the file of the books that belongs to a file of messages. */
export function isBook(path: string): boolean {
  return BOOK.test(path);
}

/** Where the books after each message of a file lie. */
export function bookOf(path: string): string {
  return path.replace(MESSAGES, "_orderbook");
}

/**
 * The files of messages among those of a source, each with its books when
 * `withBooks`. Throws `source_not_found` when there is none, or no book beside.
 */
export function lobsterFiles(
  files: readonly SourceFile[],
  { withBooks, fileAt }: {
    withBooks: boolean;
    fileAt: (path: string) => SourceFile | undefined;
  },
): SourceFile[] {
  const messages = files.filter(({ path }) => !isBook(path));
  const unnamed = messages.find(({ path }) => !MESSAGES.test(path));
  if (unnamed || messages.length === 0) {
    const { path } = unnamed ?? files[0];
    throw new FormatError({
      code: "source_not_found",
      message:
        `Cannot take ${path} as messages of LOBSTER: its name lacks _message`,
      file: path,
      hint:
        "keep LOBSTER's own names, such as AAPL_2012-06-21_34200000_57600000_message_10.csv",
    });
  }
  if (!withBooks) return messages;
  return messages.flatMap((file) => {
    const path = bookOf(file.path);
    const book = fileAt(path);
    if (book) return [file, book];
    throw new FormatError({
      code: "source_not_found",
      message: `Cannot find the books of ${file.path}: there is no ${path}`,
      file: path,
      hint:
        "quotes come of the orderbook file; with rows: trades it is not read",
    });
  });
}
