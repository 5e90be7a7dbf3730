import type { Clock } from "../chain/clock.ts";

/** A clock that runs steadily, whatever the machine's clock is set to. */
export interface SteadyClock extends Clock {
  /** Takes over the machine's time, after that was set and the times in the outbox were moved. */
  follow(): void;
}

/**
 * A clock that starts at the machine's wall time, and follows a setting of it when `follow` is called.
 * Waits stay as long as they were meant to be.
 */
export function steadyClock(clock: Clock): SteadyClock {
  const aheadNow = () => clock.now() - clock.monotonic();
  let ahead = aheadNow();
  return {
    // what is stored at this very millisecond is due, whatever the sum is rounded to
    now: () => Math.ceil(clock.monotonic() + ahead),
    monotonic: () => clock.monotonic(),
    after: (milliseconds, callback) => clock.after(milliseconds, callback),
    follow() {
      ahead = aheadNow();
    },
  };
}
