import type { Session } from "node:inspector";

/** A CPU profile in the form that Chrome DevTools opens (`.cpuprofile`). */
export type CpuProfile = object;

/** Runs `work` under V8's sampling profiler of this Worker. */
export async function profiled<T>(
  work: () => Promise<T>,
): Promise<{ value: T; profile: CpuProfile }> {
  const { Session } = await import("node:inspector");
  const session = new Session();
  session.connect();
  try {
    await post(session, "Profiler.enable");
    await post(session, "Profiler.start");
    const value = await work();
    const { profile } = await post(session, "Profiler.stop");
    return { value, profile: profile! };
  } finally {
    session.disconnect();
  }
}

function post(
  session: Session,
  method: string,
): Promise<{ profile?: CpuProfile }> {
  return new Promise((resolve, reject) => {
    session.post(
      method,
      (error, answer) => error ? reject(error) : resolve(answer ?? {}),
    );
  });
}
