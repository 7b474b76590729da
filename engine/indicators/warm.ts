/** Places of a {@link Warming} in a kernel's state; more may follow. */
export const HELD = 0;
export const PHASE = 1;
export const SINCE = 2;
export const WARMING = 3;

/** No value yet, or none since a NaN. */
export const EMPTY = 0;
/** Values have come for less than the window's duration. */
export const FILLING = 1;
/** The window is full. */
export const FULL = 2;
