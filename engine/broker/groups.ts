import { F, Flag, type OrderRows, Status } from "./order_rows.ts";
import { addQuantity } from "./position.ts";

/**
 * Brackets and tied orders follow a fill: protection grows with its entry, one
 * exit takes from the other, and tied orders end.
 *
 * @param at where the row of the order that was filled begins
 * @param signed contracts of the fill
 * @param end ends the order in a row, because another was filled
 * @returns whether protection was woken
 */
export function followFill(
  rows: OrderRows,
  at: number,
  signed: number,
  time: number,
  end: (at: number) => void,
): boolean {
  const { values } = rows;
  const id = values[at + F.Id];
  const group = values[at + F.Group];
  const flags = values[at + F.Flags];
  const done = values[at + F.Status] === Status.Done;
  let woken = false;
  for (let i = 0; i < rows.count; i++) {
    const other = i * F.Fields;
    if (other === at || values[other + F.Status] === Status.Done) continue;
    const child = (values[other + F.Flags] & Flag.Child) !== 0;
    if (child && values[other + F.Group] === id) {
      if (grow(values, other, signed, time)) woken = true;
    } else if (group !== 0 && values[other + F.Group] === group) {
      if ((flags & Flag.Oco) !== 0) end(other);
      else if ((flags & Flag.Child) !== 0) {
        const left = addQuantity(values[other + F.Signed], -signed);
        if (left !== 0 && left > 0 === values[other + F.Signed] > 0) {
          values[other + F.Signed] = left;
        } else if (done) end(other);
      }
    }
  }
  return woken;
}

/** Gives whether the protection slept until now. */
function grow(
  values: Float64Array,
  child: number,
  signed: number,
  time: number,
): boolean {
  if (values[child + F.Status] !== Status.Dormant) {
    values[child + F.Signed] -= signed;
    return false;
  }
  values[child + F.Status] = Status.Waking;
  values[child + F.Arrival] = time;
  values[child + F.Signed] = -signed;
  return true;
}

/** Sends protection whose entry filled on this event: it meets the next one. */
export function wake(rows: OrderRows): void {
  const { values } = rows;
  for (let i = 0; i < rows.count; i++) {
    const at = i * F.Fields;
    if (values[at + F.Status] === Status.Waking) {
      values[at + F.Status] = Status.Sent;
    }
  }
}

/** Protection that goes with an entry that ended before it was filled. */
export function sleepersOf(rows: OrderRows, entry: number): number[] {
  const { values } = rows;
  const found: number[] = [];
  for (let i = 0; i < rows.count; i++) {
    const at = i * F.Fields;
    const sleeps = values[at + F.Status] === Status.Dormant;
    if (sleeps && values[at + F.Group] === entry) found.push(at);
  }
  return found;
}
