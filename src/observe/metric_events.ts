import type { RouterEvents } from "./events.ts";
import type { Metrics } from "./metrics.ts";

/** Counts what is reported, and passes it on. */
export function countEvents(events: RouterEvents, metrics: Metrics): RouterEvents {
  return {
    ...events,
    overridesDropped(callback, dropped) {
      metrics.overridesDropped(callback.command, dropped.length);
      events.overridesDropped(callback, dropped);
    },
    storedLate(callback, deliveries) {
      for (const { target } of deliveries) metrics.storedLate(target);
      events.storedLate(callback, deliveries);
    },
    notStored(callback, deliveries, error) {
      for (const { target } of deliveries) metrics.notStored(target);
      events.notStored(callback, deliveries, error);
    },
    turnedAway(error, request) {
      metrics.refused(error.problem);
      events.turnedAway(error, request);
    },
    tallied(tallies) {
      for (const tally of tallies) metrics.attempted(tally);
      events.tallied?.(tallies);
    },
    fileReplaced(file) {
      metrics.fileReplaced();
      events.fileReplaced(file);
    },
    deadLettersDeleted(count) {
      metrics.deadLettersDeleted(count);
      events.deadLettersDeleted(count);
    },
    connectionsEnded(connections) {
      metrics.connectionsEnded(connections);
      events.connectionsEnded(connections);
    },
    outboxFailed(error) {
      metrics.outboxFailed();
      events.outboxFailed(error);
    },
  };
}
