import { join } from "@std/path";
import type { NewDelivery } from "../../src/chain/deliveries.ts";
import type { AttemptResult } from "../../src/delivery/outbox.ts";
import { SqliteOutbox } from "../../src/stores/sqlite_outbox.ts";
import { aDelivery } from "../delivery/builders.ts";
import { tempFolder } from "../support/temp_folder.ts";
import { settleAt0 } from "../stores/outbox_file.ts";
import { recordedTerminal } from "./recorded_terminal.ts";

/** A delivery of a test, and what became of it; without a word it waits. */
export type Stored = Partial<NewDelivery> & {
  readonly became?: AttemptResult["kind"];
  readonly attempt?: AttemptResult["attempt"];
};

/** A rules file with an outbox beside it that holds deliveries, and a terminal to read along. */
export async function storedOutbox(
  stored: readonly Stored[],
  rules: Readonly<Record<string, unknown>> = {},
) {
  const folder = await tempFolder();
  const file = await folder.write(
    "rules.json",
    JSON.stringify({ ...rules, store: { path: "outbox.sqlite" } }),
  );
  const path = join(folder.path, "outbox.sqlite");
  const outbox = new SqliteOutbox(path, "process", { keepDelivered: true });
  for (const [at, { became, attempt, ...delivery }] of stored.entries()) {
    await outbox.append([aDelivery({ createdAt: Date.now() - 1000, ...delivery })]);
    if (became === undefined) continue;
    const facts = {
      storeID: at + 1,
      attempts: 1,
      error: "status 503",
      retryIn: Date.now() + 60_000,
    };
    settleAt0(outbox, [{ ...facts, kind: became, ...(attempt && { attempt }) } as AttemptResult]);
  }
  return {
    rules: file,
    path,
    outbox,
    terminal: recordedTerminal(),
    async [Symbol.asyncDispose]() {
      await outbox.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}
