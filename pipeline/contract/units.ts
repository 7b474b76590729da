const NS_PER: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
  d: 86400e9,
};

/** Text that is a duration. */
export const DURATION = /^(\d+(?:\.\d+)?)(ns|us|ms|s|m|h|d)$/;

/** Nanoseconds of `30m`, `2h`, `1.5s`; undefined when it is no duration. */
export function parseDuration(text: string): number | undefined {
  const match = DURATION.exec(text);
  if (!match) return undefined;
  return Math.round(Number(match[1]) * NS_PER[match[2]]);
}

const BYTES_PER: Readonly<Record<string, number>> = {
  B: 1,
  KB: 2 ** 10,
  MB: 2 ** 20,
  GB: 2 ** 30,
};

/** Text that is a size. */
export const BYTES = /^(\d+(?:\.\d+)?)(B|KB|MB|GB)$/;

/** Bytes of `512MB`, `1.5GB` (powers of 1024); undefined when it is none. */
export function parseBytes(text: string): number | undefined {
  const match = BYTES.exec(text);
  if (!match) return undefined;
  return Math.round(Number(match[1]) * BYTES_PER[match[2]]);
}
