import type { Clock } from "../chain/clock.ts";

/** A clock whose time goes on as it passes, whatever the machine's clock is set to. */
export interface SteadyClock extends Clock {
  /** The machine's clock was set, and the times in the outbox too: takes its time over. */
  follow(): void;
}

/**
 * A clock that starts at the machine's wall time and follows a setting of it when it is told to. A
 * wait is then as long as it was meant to be.
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
