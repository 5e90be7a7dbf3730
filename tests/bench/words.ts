/**
 * What a list of 10,000 words adds to a chain: `log` and `count` for messages about to be sent, with
 * and without `words`, in one process, rounds interleaved, medians printed.
 *
 * @module
 */
import { join } from "@std/path";
import { loadContext } from "../../src/runtime/load_context.ts";
import { systemClock } from "../../src/chain/clock.ts";
import type { RuleLog } from "../../src/chain/rule.ts";
import { type LoadedRules, loadRules } from "../../src/config/load/load_rules.ts";
import { answerCallback } from "../../src/http/answer_callback.ts";
import { startLogging } from "../../src/observe/logging.ts";
import { createDecoder, type IncomingRequest } from "../../src/openim/decode.ts";
import { command, messageBodies } from "./word_messages.ts";
import { repeatable, WordTexts } from "./word_texts.ts";

const rounds = Number(Deno.env.get("BENCH_ROUNDS") ?? 41);
const listed = 10_000;

const loggers = startLogging({ level: "info", format: "json" }, {
  write: (bytes) => Promise.resolve(bytes.length),
});
const folder = await Deno.makeTempDir({ prefix: "router-words-" });
try {
  const texts = new WordTexts(repeatable(7));
  const list = texts.list(listed);
  const requests = messageBodies(texts, list).map(incoming);
  await Deno.writeTextFile(join(folder, "words.txt"), list.join("\n"));
  const log = { use: "log", fields: ["sendID", "recvID"] };
  const count = { use: "count", name: "sent", key: "sendID", windows: ["1m", "1h"] };
  const words = { use: "words", files: ["words.txt"], action: "refuse" };
  const without = await load("without", [log, count]);
  const before = performance.now();
  const withWords = await load("with", [log, count, words]);
  const building = performance.now() - before;

  // to warm up, and to see that both do what they should
  answerAll(without, requests);
  const refused = answerAll(withWords, requests);
  const times = { without: [] as number[], with: [] as number[], extra: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    const plain = await timed(without, requests);
    const full = await timed(withWords, requests);
    times.without.push(plain);
    times.with.push(full);
    times.extra.push((full - plain) / plain);
  }
  print([
    `${rounds} rounds of ${requests.length} messages of 20 to 200 characters, Latin and Chinese; medians`,
    `${listed} words, loaded in ${building.toFixed(0)} ms; ${refused} messages refused`,
    "",
    `decode + log + count           ${median(times.without).toFixed(2)} µs a message`,
    `decode + log + count + words   ${median(times.with).toFixed(2)} µs a message`,
    `extra / without, each round's  ${median(times.extra).toFixed(3)} (wanted: less than 0.100)`,
  ]);
} finally {
  await Deno.remove(folder, { recursive: true });
  await loggers.close();
}

function incoming(body: string, index: number): IncomingRequest {
  return {
    path: `/callbackExample/${command}`,
    commandParameter: undefined,
    header: (name) => name === "operationid" ? `17543000${index}` : undefined,
    body,
  };
}

async function load(name: string, rules: readonly object[]): Promise<LoadedRules> {
  const file = join(folder, `${name}.json`);
  await Deno.writeTextFile(file, JSON.stringify({ callbacks: { [command]: { rules } } }));
  return await loadRules(file, loadContext(loggers.rule satisfies RuleLog));
}

/** Microseconds a message; the sink's own writing, between the rounds, is left out. */
async function timed(rules: LoadedRules, requests: readonly IncomingRequest[]): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve));
  const began = performance.now();
  answerAll(rules, requests);
  return (performance.now() - began) * 1000 / requests.length;
}

/** Answers every request; returns how many were refused. */
function answerAll(rules: LoadedRules, requests: readonly IncomingRequest[]): number {
  const clock = systemClock;
  const { registry, chains } = rules;
  const decode = createDecoder({
    find: registry.find,
    suggest: registry.suggest,
    newOperationID: () => "none",
    now: systemClock.now,
  });
  const context = {
    deliveries: { store: () => Promise.resolve() },
    clock,
    events: {
      ...{ linkFailed: fail, overridesDropped: fail, notStored: fail },
      ...{ storingLate: fail, storedLate: fail },
    },
  };
  let refused = 0;
  for (const request of requests) {
    const { callback } = decode(request);
    const answer = answerCallback(chains.get(callback.command)!, callback, context);
    if (answer instanceof Promise) throw new Error("nothing here is waited for");
    if (answer.verdict.kind === "refuse") refused++;
  }
  return refused;
}

function fail(_callback: unknown, failure: unknown): never {
  throw new Error("nothing is to fail here", { cause: failure });
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)]!;
}

function print(lines: readonly string[]): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${lines.join("\n")}\n`));
}
