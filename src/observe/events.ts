import type { NewDelivery } from "../chain/deliveries.ts";
import type { AttemptReport } from "../delivery/courier_context.ts";
import type { DeliveryEvents } from "../delivery/delivery_calls.ts";
import type { TargetChange } from "../delivery/target_change.ts";
import type { OutboxCount } from "../delivery/outbox.ts";
import type { CallbackAppContext } from "../http/callback_env.ts";
import type { HttpServerEvents } from "../http/server/http_server.ts";
import type { Callback } from "../openim/callback.ts";
import { withoutQuotes } from "../openim/message_text_fields.ts";
import type { Loggers } from "./logging.ts";
import { messageOf, stackOf } from "../values/thrown.ts";

/** Everything that the running router reports. */
export type RouterEvents =
  & CallbackAppContext["events"]
  & DeliveryEvents
  & HttpServerEvents
  & {
    /** A callback came in a form of other versions of OpenIM than the rules file names. */
    readonly otherVersion: (
      callback: Callback,
      versions: { readonly named: string; readonly shown: string },
    ) => void;
    /** The outbox held deliveries for a target when it was opened. */
    readonly waiting: (count: OutboxCount, about: { readonly known: boolean }) => void;
    /** A plugin's `start` failed. */
    readonly pluginFailed: (command: string, error: unknown) => void;
    /** A rule could not release its resources. */
    readonly notDisposed: (error: Error) => void;
  };

/** Writes what happens to the log; every line of a callback's life carries its operationID. */
export function describeEvents({ router, callbacks, deliveries }: Loggers): RouterEvents {
  const identity = ({ operationID, command }: Callback) => ({ operationID, command });
  return {
    linkFailed(callback, { name, error }) {
      callbacks.warning("rule failed", {
        ...identity(callback),
        rule: name,
        error: withoutQuotes(`${error.name}: ${error.message}`, callback.request),
      });
    },
    overridesDropped(callback, dropped) {
      callbacks.warning("overrides left out, which would break the server", {
        ...identity(callback),
        dropped: dropped.map(({ field, reason }) => `${field}: ${reason}`),
      });
    },
    storingLate(callback, late) {
      callbacks.warning("deliveries not stored in time, the store may still take them", {
        ...identity(callback),
        targets: targetsOf(late),
      });
    },
    storedLate(callback, late) {
      callbacks.info("deliveries stored after their callback was answered", {
        ...identity(callback),
        targets: targetsOf(late),
      });
    },
    notStored(callback, lost, error) {
      callbacks.error("deliveries not stored", {
        ...identity(callback),
        targets: targetsOf(lost),
        error: messageOf(error),
      });
    },
    otherVersion(callback, { named, shown }) {
      callbacks.warning("another version of OpenIM calls than the rules file names", {
        ...identity(callback),
        calledAs: callback.calledAs,
        named,
        shown,
      });
    },
    turnedAway(error, { path, operationID, command, caller, reason, status = error.status }) {
      const { problem } = error;
      const properties = {
        operationID,
        // if the request names no known command, its path or the detail says what it names
        ...command !== undefined && { command },
        problem,
        status,
        // only the operator learns which proof was missing, not the caller
        detail: reason ?? error.detail,
        path: path.slice(0, 200),
        caller,
      };
      if (problem !== "internal") return callbacks.warning("request turned away", properties);
      callbacks.error("request turned away", { ...properties, cause: stackOf(error.cause) });
    },
    connectionsEnded(connections) {
      router.warning("connections ended or not taken", { ...connections });
    },
    certificateRenewed(file) {
      router.info("new connections get the new certificate", { file });
    },
    certificateFailed(file, error) {
      const properties = { file, error: messageOf(error) };
      router.error("the new certificate cannot be used, the old one stays", properties);
    },
    listensAgain() {
      router.error("the callback listener had stopped and listens again");
    },
    notListening(error) {
      router.error("the callback listener has stopped and cannot listen again", {
        error: messageOf(error),
      });
    },
    attempted(report) {
      describeAttempt(deliveries, report);
    },
    // counted, and not logged
    tallied() {},
    targetChanged(change) {
      describeTarget(deliveries, change);
    },
    outboxFailed(error) {
      deliveries.error("outbox failed", { error: messageOf(error) });
    },
    storeNotOpen(error) {
      router.error("nothing is stored; the store is tried again by itself", {
        error: messageOf(error),
      });
    },
    storeOpened(counts) {
      router.info("the store is open", { held: counts });
    },
    fileReplaced(file) {
      router.error("the store's file was lost, and a new one is begun", { ...file });
    },
    deadLettersDeleted(count) {
      deliveries.warning("dead letters deleted, as store.keep says", { count });
    },
    waiting({ target, waiting, dead }, { known }) {
      const properties = { target, waiting, dead };
      if (known) return router.info("deliveries from before", properties);
      router.warning("deliveries for a target that the rules file does not name", properties);
    },
    pluginFailed(command, error) {
      router.error("a plugin could not start; its callbacks are answered all the same", {
        command,
        error: stackOf(error),
      });
    },
    notDisposed(error) {
      router.error("a rule could not release its resources", { error: messageOf(error) });
    },
  };
}

function targetsOf(deliveries: readonly NewDelivery[]): readonly string[] {
  return [...new Set(deliveries.map(({ target }) => target))];
}

function describeAttempt(deliveries: Loggers["deliveries"], report: AttemptReport): void {
  const { result, dueAt, duration, ...facts } = report;
  const properties = { ...facts, milliseconds: Math.round(duration) };
  switch (result) {
    case "delivered":
      return deliveries.debug("delivered", properties);
    case "retry":
      return deliveries.warning("delivery failed, will be tried again", {
        ...properties,
        nextAttempt: new Date(dueAt!).toISOString(),
      });
    case "kept":
      return deliveries.warning("delivery refused, waits for another try", properties);
    case "dead":
    case "expired":
      return deliveries.error("delivery given up", properties);
  }
}

function describeTarget(deliveries: Loggers["deliveries"], change: TargetChange): void {
  const { target } = change;
  switch (change.state) {
    case "open": {
      const { failures, pause, error } = change;
      const properties = { target, failures, pauseMilliseconds: pause, error };
      return deliveries.warning("target left alone, it fails", properties);
    }
    case "probing":
      return deliveries.info("target tried with one delivery", { target });
    case "closed":
      return deliveries.info("target works again", { target });
    case "paused":
      return deliveries.warning("target left alone, it asked to be", {
        target,
        pauseMilliseconds: change.pause,
      });
    case "disabled":
      return deliveries.error(
        "target disabled, it wants no deliveries; they wait until it is resumed or a restart",
        { target, error: change.error },
      );
    case "resumed":
      return deliveries.info("target resumed", { target });
  }
}
