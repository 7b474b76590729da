/** A date of which a calendar does not know whether the market was open. */
export class CalendarRangeError extends RangeError {
  override readonly name = "CalendarRangeError";
  readonly code = "bad_data";
  readonly hint =
    "give the session's hours and holidays in the pipeline file: { time_zone, open, close, holidays }";

  constructor(
    calendar: string,
    { date, first, last }: {
      readonly date: string;
      readonly first: string;
      readonly last: string;
    },
  ) {
    super(
      `Cannot tell whether ${date} is a holiday: current value is the calendar ${calendar}, which covers ${first} to ${last}`,
    );
  }
}
