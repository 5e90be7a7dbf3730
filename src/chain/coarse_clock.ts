import type { Clock } from "./clock.ts";

/**
 * A clock whose timers are up to `grain` milliseconds late and share one timer of the platform with
 * all that fall due together. Deadlines that almost never pass, such as a chain's budget, cost next
 * to nothing with it, where a timer for each callback costs as much as its rules.
 */
export function coarseClock(clock: Clock, grain: number): Clock {
  const ticks = new Map<number, Tick>();

  const tickAt = (number: number): Tick => {
    const known = ticks.get(number);
    if (known !== undefined) return known;
    const callbacks = new Set<() => void>();
    const cancel = clock.after(number * grain - clock.monotonic(), () => {
      ticks.delete(number);
      for (const call of callbacks) call();
    });
    const tick = { callbacks, cancel };
    ticks.set(number, tick);
    return tick;
  };

  return {
    now: clock.now,
    monotonic: clock.monotonic,
    after(milliseconds, callback, now = clock.monotonic()) {
      const number = Math.ceil((now + milliseconds) / grain);
      const { callbacks, cancel } = tickAt(number);
      // a function of its own for each timer: the same callback may be set twice
      const call = () => callback();
      callbacks.add(call);
      return () => {
        if (!callbacks.delete(call) || callbacks.size > 0) return;
        // a timer for nobody would keep the process alive
        cancel();
        if (ticks.get(number)?.callbacks === callbacks) ticks.delete(number);
      };
    },
  };
}

/** What falls due together. */
interface Tick {
  readonly callbacks: Set<() => void>;
  readonly cancel: () => void;
}
