/**
 * Whether memory stays bounded: callbacks with many keys go from the body's text to the answer's,
 * through rules that remember every key, and the heap is printed on the way, garbage collected.
 *
 * `MEMORY_KEYS` is the number of distinct keys, `MEMORY_CALLBACKS` that of the callbacks.
 *
 * @module
 */
import { loadContext } from "../../src/runtime/load_context.ts";
import { Budget } from "../../src/chain/budget.ts";
import { runChain } from "../../src/chain/chain.ts";
import { systemClock } from "../../src/chain/clock.ts";
import { finalVerdict } from "../../src/chain/final_verdict.ts";
import { columns, processTerminal } from "../../src/cli/terminal.ts";
import { loadRules } from "../../src/config/load/load_rules.ts";
import { createDecoder } from "../../src/openim/decode.ts";
import { encode } from "../../src/openim/encode.ts";
import { tempFolder } from "../support/temp_folder.ts";

const keys = Number(Deno.env.get("MEMORY_KEYS") ?? 200_000);
const callbacks = Number(Deno.env.get("MEMORY_CALLBACKS") ?? 1_000_000);
const step = callbacks / 10;
/** The callbacks of a second, as the callbacks' own times have it. */
const perSecond = 1000;

const command = "callbackBeforeSendSingleMsgCommand";
const rules = {
  callbacks: {
    [command]: {
      rules: [
        { use: "count", name: "sent", key: "sendID", windows: ["1m", "1h"] },
        { use: "dedupe", within: "1m", action: "tag", tag: "again" },
        { use: "log", when: "tags.again" },
        { use: "limit", key: "sendID", rate: "2/1m", message: "too many messages" },
      ],
    },
  },
};

/** What became of the callbacks. */
const found = { refused: 0, repeated: 0 };
const rows: (readonly string[])[] = [];

await using folder = await tempFolder();
const file = await folder.write("rules.json", JSON.stringify(rules));
const { registry, chains } = await loadRules(file, loadContext(() => found.repeated++));
const chain = chains.get(command)!;
const { sample } = registry.find(command)!;

let now = Date.now();
const decode = createDecoder({
  find: registry.find,
  suggest: registry.suggest,
  newOperationID: () => "bench",
  now: () => now,
});
const began = performance.now();
measure(0);
for (let sent = 1; sent <= callbacks; sent++) {
  if (sent % perSecond === 0) now += 1000;
  await send(String(Math.floor(Math.random() * keys)));
  if (sent % step === 0) measure(sent);
}
const seconds = (performance.now() - began) / 1000;

processTerminal.out([
  `${callbacks} callbacks with ${keys} keys in ${seconds.toFixed(1)} s`,
  `${found.refused} beyond the limit, ${found.repeated} repeated`,
  columns(["callbacks", "heap MiB", "RSS MiB"], rows),
].join("\n\n"));

async function send(key: string): Promise<void> {
  const body = JSON.stringify({ ...sample, sendID: `user${key}`, clientMsgID: `message${key}` });
  const { callback } = decode({
    path: `/${command}`,
    commandParameter: undefined,
    header: () => undefined,
    body,
  });
  const budget = new Budget(chain.budget, systemClock);
  const result = await runChain(chain, callback, { clock: systemClock, budget });
  budget.end();
  const { verdict } = finalVerdict(chain, callback, result.verdict);
  const { dialect, operationID } = callback;
  encode(verdict, { dialect, nextCode: "number", operationID });
  if (verdict.kind === "refuse") found.refused++;
}

function measure(sent: number): void {
  (globalThis as { gc?: () => void }).gc?.();
  const { heapUsed, rss } = Deno.memoryUsage();
  rows.push([String(sent), mebibytes(heapUsed), mebibytes(rss)]);
}

function mebibytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(1);
}
