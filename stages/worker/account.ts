import type { AccountSpec, Instrument, RateSource } from "../../engine/host.ts";
import type { StageIssue } from "../../pipeline/contract/mod.ts";
import type { AccountConfig, InstrumentsConfig } from "../sections.ts";

/** The account of a worker, for the instruments that it trades. */
export function accountFrom(
  config: AccountConfig,
  instruments: readonly Instrument[],
  tracked: boolean,
): AccountSpec {
  const { capital, currency, margin_call } = config;
  return {
    capital,
    currency,
    rates: instruments.map((instrument) =>
      rateFrom(config, instrument.currency, instruments)
    ),
    marginCall: margin_call,
    tracked: tracked || margin_call !== "none",
  };
}

function rateFrom(
  { currency, rates }: AccountConfig,
  own: string,
  instruments: readonly Instrument[],
): RateSource {
  const rate = own === currency ? 1 : rates[own];
  if (typeof rate === "number") return { kind: "fixed", rate };
  return {
    kind: "mark",
    instrument: instruments.findIndex(({ symbol }) =>
      symbol === rate.instrument
    ),
    inverted: rate.inverted,
  };
}

/** Currencies that nothing converts, at the stage that brings them. */
export function currencyIssues(
  symbols: readonly string[],
  instruments: InstrumentsConfig | undefined,
  account: AccountConfig | undefined,
): StageIssue[] {
  if (instruments === undefined || account === undefined) return [];
  return symbols.flatMap((symbol) => {
    const currency = instruments[symbol]?.currency;
    if (currency === undefined || currency === account.currency) return [];
    const rate = account.rates[currency];
    if (typeof rate === "number") return [];
    if (rate !== undefined && symbols.includes(rate.instrument)) return [];
    const message = rate === undefined
      ? `Cannot add up ${symbol} in ${currency} and an account in ${account.currency}: there is no rate`
      : `Cannot convert ${currency}: its rate comes from ${rate.instrument}, current instruments of the slices are ${
        symbols.join(", ")
      }`;
    return [{
      code: "bad_value" as const,
      path: ["from"],
      message,
      hint: rate === undefined
        ? `set account.currency to ${currency}, or account.rates: { ${currency}: … }`
        : "give the dispatcher a table of that instrument too",
    }];
  });
}
