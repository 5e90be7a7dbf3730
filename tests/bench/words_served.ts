/**
 * What a list of 10,000 words adds to a chain at 1,000 messages a second through HTTP: routers with
 * and without `words`, rounds interleaved, medians printed. Processes are started anew in every
 * round: one keeps for its life what luck it has with memory and compiler.
 *
 * @module
 */
import { join } from "@std/path";
import { endServer, type ServerProcess, startServer } from "../support/server_process.ts";
import { cpuSince, threadTimes } from "./load.ts";
import { command, messageBodies } from "./word_messages.ts";
import { repeatable, WordTexts } from "./word_texts.ts";

const rounds = Number(Deno.env.get("BENCH_ROUNDS") ?? 5);
const seconds = Number(Deno.env.get("BENCH_SECONDS") ?? 4);
const perSecond = 1000;
const listed = 10_000;
/** So many at such a rate, until the compiler is done. */
const warmUp = { messages: 20_000, perSecond: 5000 };

interface Contender {
  readonly name: string;
  readonly rules: readonly object[];
  /** Of each round, microseconds a message. */
  readonly figures: Record<Figure, number[]>;
}

/** The time of the chain by the router's own metric, its process's CPU, the time to the answer. */
type Figure = "chain" | "cpu" | "answer";

const log = { use: "log", fields: ["sendID", "recvID"] };
const count = { use: "count", name: "sent", key: "sendID", windows: ["1m", "1h"] };
const words = { use: "words", files: ["words.txt"], action: "refuse" };
const forward = { use: "forward", to: "analytics" };

/** Each chain without words, and with them. */
const pairs = [
  [contender("log + count", [log, count]), contender("with words", [log, count, words])],
  [
    contender("log + count + forward", [log, count, forward]),
    contender("with words", [log, count, words, forward]),
  ],
] as const;

const texts = new WordTexts(repeatable(7));
const list = texts.list(listed);
const bodies = messageBodies(texts, list);
const folder = await Deno.makeTempDir({ prefix: "router-words-" });
const target = await startServer("tests/bench/contenders/target.ts");
try {
  await Deno.writeTextFile(join(folder, "words.txt"), list.join("\n"));
  for (let round = 0; round < rounds; round++) {
    for (const contender of pairs.flat()) await measure(contender);
  }
  print();
} finally {
  await endServer(target);
  await Deno.remove(folder, { recursive: true });
}

function contender(name: string, rules: readonly object[]): Contender {
  return { name, rules, figures: { chain: [], cpu: [], answer: [] } };
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
      targets: { analytics: { url: `http://127.0.0.1:${target.port}/`, network: "private" } },
      callbacks: { [command]: { rules } },
    }),
  );
  const server = await startServer("main.ts", ["serve", file], { log: `${file}.log` });
  try {
    const [, operator] = /"operator":"([\d.:]+)"/.exec(await Deno.readTextFile(`${file}.log`))!;
    const metrics = `http://${operator}/metrics`;
    await send(server, warmUp.messages, warmUp.perSecond);
    const messages = perSecond * seconds;
    const chainBefore = await chainMicroseconds(metrics);
    const threads = await threadTimes(server.pid);
    const times = await send(server, messages, perSecond);
    figures.cpu.push(await cpuSince(server.pid, threads) / messages);
    figures.chain.push((await chainMicroseconds(metrics) - chainBefore) / messages);
    figures.answer.push(median(times) * 1000);
  } finally {
    await endServer(server);
  }
}

/**
 * Sends so many messages at a rate, whether or not earlier ones are answered; returns how long each
 * answer took, milliseconds.
 */
async function send(server: ServerProcess, all: number, rate: number): Promise<readonly number[]> {
  const url = `http://127.0.0.1:${server.port}/callbackExample/${command}`;
  const headers = { "content-type": "application/json; charset=utf-8" };
  const times: number[] = [];
  const post = async (body: string) => {
    const began = performance.now();
    const response = await fetch(url, { method: "POST", headers, body });
    await response.text();
    times.push(performance.now() - began);
  };
  const began = performance.now();
  const posts: Promise<void>[] = [];
  while (posts.length < all) {
    const due = Math.min(all, Math.floor((performance.now() - began) * rate / 1000) + 1);
    while (posts.length < due) posts.push(post(bodies[posts.length % bodies.length]!));
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.all(posts);
  return times;
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
  const lines = [
    "",
    `${rounds} rounds of ${seconds} s, ${perSecond} messages a second through HTTP; medians`,
  ];
  for (const [plain, full] of pairs) {
    const row = (what: string, figure: Figure) => {
      const without = median(plain.figures[figure]);
      const withWords = median(full.figures[figure]);
      const extra = (withWords - without) / without;
      return `${what} ${without.toFixed(1)} µs, ${full.name} ${withWords.toFixed(1)} µs; ` +
        `extra / without ${extra.toFixed(3)}`;
    };
    lines.push(
      "",
      plain.name,
      row("  time of the chain, a message: ", "chain"),
      row("  CPU of the process, a message:", "cpu"),
      row("  time to the answer:           ", "answer"),
    );
  }
  Deno.stdout.writeSync(new TextEncoder().encode(`${lines.join("\n")}\n`));
}
