import type { CallbackWatch, CallbackWatcher } from "../http/callback_watch.ts";

/** The watch of a watcher that leaves a callback out. */
export const unwatched: CallbackWatch = { link() {}, decided() {}, stored() {} };

/** Has every callback watched by all of these. */
export function watchedByAll(watchers: readonly CallbackWatcher[]): CallbackWatcher {
  return {
    watch(chain, callback) {
      const watches = watchers.map((watcher) => watcher.watch(chain, callback));
      return {
        link: (trace) => watches.forEach((watch) => watch.link(trace)),
        decided: (verdict, duration) =>
          watches.forEach((watch) => watch.decided(verdict, duration)),
        stored: (duration, error) => watches.forEach((watch) => watch.stored(duration, error)),
      };
    },
  };
}
