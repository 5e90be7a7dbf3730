import { assert, assertEquals, assertMatch } from "@std/assert";
import type { AttemptReport } from "../../src/delivery/courier_context.ts";
import type { TargetState } from "../../src/delivery/target_change.ts";
import { describeEvents, type RouterEvents } from "../../src/observe/events.ts";
import { startLogging } from "../../src/observe/logging.ts";
import { RequestError } from "../../src/openim/request_error.ts";
import { aDelivery } from "../delivery/builders.ts";
import { aCallback } from "../support/callbacks.ts";
import { recordedLines } from "./recorded_lines.ts";

type Tell = (events: RouterEvents) => void;

/** What an event is about: a callback's life, or the router as a whole. */
interface About {
  readonly callback: boolean;
  /** Every form that the event has. */
  readonly tell: readonly Tell[];
}

const callback = aCallback({ operationID: "op-7" });
const identity = { operationID: "op-7", command: callback.command };

const report = (parts: Partial<AttemptReport>): AttemptReport => ({
  ...{ result: "delivered", target: "analytics", id: "d1", attempt: 1, duration: 1 },
  ...identity,
  ...parts,
});
const ends: readonly Partial<AttemptReport>[] = [
  { result: "delivered" },
  { result: "retry", error: "503", dueAt: 0 },
  { result: "kept", error: "410", dueAt: 0 },
  { result: "dead", error: "404" },
];
const states: readonly TargetState[] = [
  { state: "open", failures: 10, pause: 5000, error: "503" },
  { state: "probing" },
  { state: "closed" },
  { state: "paused", pause: 60_000 },
  { state: "disabled", error: "410" },
  { state: "resumed" },
];
const error = new Error("of no use");
const request = { path: "/", caller: "10.0.0.1", ...identity };

const copied = { deliveries: 3, unread: undefined };

/** Every event that there is: whoever adds one has to say here whether it is about a callback. */
const all: Readonly<Record<Exclude<keyof RouterEvents, "tallied">, About>> = {
  linkFailed: {
    callback: true,
    tell: [({ linkFailed }) => linkFailed(callback, { name: "*[0] log", error })],
  },
  overridesDropped: {
    callback: true,
    tell: [({ overridesDropped }) => overridesDropped(callback, [{ field: "ex", reason: "null" }])],
  },
  storingLate: {
    callback: true,
    tell: [({ storingLate }) => storingLate(callback, [aDelivery()])],
  },
  storedLate: {
    callback: true,
    tell: [({ storedLate }) => storedLate(callback, [aDelivery()])],
  },
  notStored: {
    callback: true,
    tell: [({ notStored }) => notStored(callback, [aDelivery()], error)],
  },
  otherVersion: {
    callback: true,
    tell: [({ otherVersion }) => otherVersion(callback, { named: "3.8.3", shown: "2.0 to 2.3" })],
  },
  turnedAway: {
    callback: true,
    tell: (["busy", "internal", "invalidField"] as const).map((problem): Tell => (events) =>
      events.turnedAway(new RequestError(problem, "a detail"), request)
    ),
  },
  attempted: {
    callback: true,
    tell: ends.flatMap((end): Tell[] => [
      ({ attempted }) => attempted(report(end)),
      ({ attempted }) => attempted(report({ ...end, batch: "b1" })),
    ]),
  },
  targetChanged: {
    callback: false,
    tell: states.map((state): Tell => ({ targetChanged }) =>
      targetChanged({ target: "analytics", ...state })
    ),
  },
  listensAgain: { callback: false, tell: [({ listensAgain }) => listensAgain()] },
  notListening: {
    callback: false,
    tell: [({ notListening }) => notListening(new Error("the address is in use"))],
  },
  connectionsEnded: {
    callback: false,
    tell: [({ connectionsEnded }) => connectionsEnded({} as never)],
  },
  certificateRenewed: {
    callback: false,
    tell: [({ certificateRenewed }) => certificateRenewed("cert.pem")],
  },
  certificateFailed: {
    callback: false,
    tell: [({ certificateFailed }) => certificateFailed("cert.pem", error)],
  },
  outboxFailed: { callback: false, tell: [({ outboxFailed }) => outboxFailed(error)] },
  storeNotOpen: { callback: false, tell: [({ storeNotOpen }) => storeNotOpen(error)] },
  storeOpened: {
    callback: false,
    tell: [({ storeOpened }) => storeOpened([{ target: "analytics", waiting: 1, dead: 1 }])],
  },
  fileReplaced: {
    callback: false,
    tell: [({ fileReplaced }) => fileReplaced({ reason: "gone", aside: undefined, ...copied })],
  },
  deadLettersDeleted: {
    callback: false,
    tell: [({ deadLettersDeleted }) => deadLettersDeleted(3)],
  },
  waiting: {
    callback: false,
    tell: [true, false].map((known): Tell => ({ waiting }) =>
      waiting({ target: "analytics", waiting: 1, dead: 1 }, { known })
    ),
  },
  pluginFailed: {
    callback: false,
    tell: [({ pluginFailed }) => pluginFailed("callbackTest", error)],
  },
  notDisposed: { callback: false, tell: [({ notDisposed }) => notDisposed(error)] },
};

async function linesOf(tell: Tell) {
  const writer = recordedLines();
  const loggers = startLogging({ level: "debug", format: "json" }, writer);
  tell(describeEvents(loggers));
  await loggers.close();
  return writer.records;
}

Deno.test("every event that is described is known to these tests", async () => {
  let described: readonly string[] = [];
  await linesOf((events) => described = Object.keys(events));
  // tallies are counted, and not logged
  assertEquals(described.toSorted(), [...Object.keys(all), "tallied"].toSorted());
});

for (const [name, { callback, tell }] of Object.entries(all)) {
  const what = callback
    ? "carries the operationID and the command of its callback"
    : "is one line of the router's own";
  Deno.test(`${name}: each of its ${tell.length} forms ${what}`, async () => {
    for (const each of tell) {
      const lines = await linesOf(each);
      assertEquals(lines.length, 1);
      const { operationID, command, logger, message } = lines[0]!;
      if (callback) {
        assertEquals({ operationID, command }, identity);
        assertMatch(String(logger), /^router\.(callbacks|deliveries)$/);
      }
      assert(String(message).length > 3);
    }
  });
}
