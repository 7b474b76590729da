import {
  type Fault,
  FaultError,
  isFaultCode,
} from "../../pipeline/contract/mod.ts";
import { userFrame } from "../user_frame.ts";
import { causeOf } from "./cause.ts";

/** Taken before a strategy's sandbox takes it away. */
const listen = globalThis.addEventListener.bind(globalThis);

/**
 * Fails with the first promise that a strategy let fail without anyone
 * listening. Without it the Worker would end, and tell no more than a message.
 *
 * @param module the strategy's URL
 */
export function firstStray(stage: string, module: string): Promise<never> {
  return new Promise((_, reject) => {
    listen("unhandledrejection", (event) => {
      event.preventDefault();
      reject(new FaultError(faultOf(event.reason, stage, module)));
    });
  });
}

function faultOf(error: unknown, stage: string, module: string): Fault {
  const { message, code, hint, stack } = causeOf(error);
  const frame = userFrame(stack, module);
  return {
    code: isFaultCode(code) ? code : frame ? "strategy_threw" : "internal",
    message,
    stage,
    ...frame,
    ...(hint === undefined ? {} : { hint }),
    ...(stack === undefined ? {} : { stack }),
  };
}
