import type { Clock } from "../chain/clock.ts";

/**
 * A clock whose wall time never goes back: where the machine's is set back, it goes on as before
 * until the machine's has caught up. A delivery that is to be tried again in five seconds would
 * otherwise wait for as long as the clock was wrong.
 */
export function forwardClock(clock: Clock): Clock {
  let ahead = -Infinity;
  return {
    now() {
      const wall = clock.now();
      const monotonic = clock.monotonic();
      ahead = Math.max(ahead, wall - monotonic);
      // what is stored at this very millisecond is due, whatever the sum is rounded to
      return Math.max(wall, Math.floor(monotonic + ahead));
    },
    monotonic: () => clock.monotonic(),
    after: (milliseconds, callback) => clock.after(milliseconds, callback),
  };
}
