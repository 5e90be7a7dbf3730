/**
 * What a list of 10,000 words adds to a chain at 1,000 messages a second through HTTP: routers with
 * `log` and `count`, with and without `words`, rounds interleaved, medians printed. Processes are
 * started anew in every round: one keeps for its life what luck it has with memory and compiler.
 *
 * @module
 */
import { join } from "@std/path";
import { endServer, type ServerProcess, startServer } from "../support/server_process.ts";
import { cpuSince, threadTimes } from "./load.ts";
import { command, messageBodies } from "./word_messages.ts";
import { repeatable, WordTexts } from "./word_texts.ts";

const rounds = Number(Deno.env.get("BENCH_ROUNDS") ?? 7);
const seconds = Number(Deno.env.get("BENCH_SECONDS") ?? 4);
const perSecond = 1000;
const listed = 10_000;
/** What a process is warmed up with until its compiler is done. */
const warmUp = { messages: 20_000, atOnce: 16 };

interface Contender {
  readonly rules: readonly object[];
  /** Of each round, microseconds a message. */
  readonly figures: Record<Figure, number[]>;
}

/** The time of the chain by the router's own metric, its process's CPU, the time to the answer. */
type Figure = "chain" | "cpu" | "answer";

const log = { use: "log", fields: ["sendID", "recvID"] };
const count = { use: "count", name: "sent", key: "sendID", windows: ["1m", "1h"] };
const words = { use: "words", files: ["words.txt"], action: "refuse" };
const plain: Contender = { rules: [log, count], figures: noFigures() };
const full: Contender = { rules: [log, count, words], figures: noFigures() };

const texts = new WordTexts(repeatable(7));
const list = texts.list(listed);
const bodies = messageBodies(texts, list);
const folder = await Deno.makeTempDir({ prefix: "router-words-" });
try {
  await Deno.writeTextFile(join(folder, "words.txt"), list.join("\n"));
  for (let round = 0; round < rounds; round++) {
    await measure(plain);
    await measure(full);
  }
  print();
} finally {
  await Deno.remove(folder, { recursive: true });
}

function noFigures(): Contender["figures"] {
  return { chain: [], cpu: [], answer: [] };
}

/** A round of a contender in a process of its own. */
async function measure({ rules, figures }: Contender): Promise<void> {
  const file = join(folder, `${crypto.randomUUID()}.json`);
  await Deno.writeTextFile(
    file,
    JSON.stringify({
      server: { listen: "127.0.0.1:0" },
      operator: { listen: "127.0.0.1:0" },
      store: { path: `${file}.sqlite` },
      callbacks: { [command]: { rules } },
    }),
  );
  const server = await startServer("main.ts", ["serve", file], { log: `${file}.log` });
  try {
    const [, operator] = /"operator":"([\d.:]+)"/.exec(await Deno.readTextFile(`${file}.log`))!;
    const metrics = `http://${operator}/metrics`;
    await warm(server);
    const messages = perSecond * seconds;
    const chainBefore = await chainMicroseconds(metrics);
    const threads = await threadTimes(server.pid);
    const times = await sendSteadily(server, messages);
    figures.cpu.push(await cpuSince(server.pid, threads) / messages);
    figures.chain.push((await chainMicroseconds(metrics) - chainBefore) / messages);
    figures.answer.push(median(times) * 1000);
  } finally {
    await endServer(server);
  }
}

async function warm(server: ServerProcess): Promise<void> {
  let left = warmUp.messages;
  const send = async () => {
    while (left > 0) await post(server, left--);
  };
  await Promise.all(Array.from({ length: warmUp.atOnce }, send));
}

/**
 * Sends messages at the rate, whether or not earlier ones are answered; returns how long each answer
 * took, milliseconds.
 */
async function sendSteadily(server: ServerProcess, messages: number): Promise<readonly number[]> {
  const times: number[] = [];
  let failure: unknown;
  const send = async (message: number) => {
    const began = performance.now();
    try {
      await post(server, message);
      times.push(performance.now() - began);
    } catch (error) {
      failure ??= error;
    }
  };
  const began = performance.now();
  const sent: Promise<void>[] = [];
  while (sent.length < messages && failure === undefined) {
    const due = Math.min(messages, (performance.now() - began) * perSecond / 1000 + 1);
    while (sent.length < due) sent.push(send(sent.length));
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.all(sent);
  if (failure !== undefined) throw failure;
  return times;
}

async function post(server: ServerProcess, message: number): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${server.port}/callbackExample/${command}`, {
    method: "POST",
    headers: { "content-type": "application/json; charset=utf-8" },
    body: bodies[message % bodies.length]!,
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`a message is answered with ${response.status}: ${text}`);
}

/** The time of all chains of a router so far, microseconds. */
async function chainMicroseconds(metrics: string): Promise<number> {
  const text = await (await fetch(metrics)).text();
  const [, sum = "0"] = /^openim_router_chain_duration_seconds_sum\{.*\} (\S+)$/m.exec(text) ?? [];
  return Number(sum) * 1e6;
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)]!;
}

function print(): void {
  const row = (what: string, figure: Figure) => {
    const without = median(plain.figures[figure]);
    const withWords = median(full.figures[figure]);
    const extra = (withWords - without) / without;
    return `${what}  ${without.toFixed(1)} µs without, ${withWords.toFixed(1)} µs with words; ` +
      `extra / without ${extra.toFixed(3)} (wanted: less than 0.100)`;
  };
  const lines = [
    "",
    `${rounds} rounds of ${seconds} s, ${perSecond} messages a second through HTTP; medians`,
    row("time of the chain, a message:  ", "chain"),
    row("CPU of the process, a message: ", "cpu"),
    row("time to the answer:            ", "answer"),
  ];
  Deno.stdout.writeSync(new TextEncoder().encode(`${lines.join("\n")}\n`));
}
