import { transform } from "../stages/custom/mod.ts";

/** Keeps the trades at which the price changed. */
export default transform({
  begin() {
    let last = NaN;
    return (row, emit) => {
      if (row.price !== last) emit(row);
      last = Number(row.price);
    };
  },
});
