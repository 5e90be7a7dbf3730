/**
 * What a list of 10,000 words adds to a chain at 1,000 messages a second: two routers, each in a
 * process of its own, one with `log` and `count`, one with `words` besides; rounds interleaved,
 * medians printed.
 *
 * @module
 */
import { join } from "@std/path";
import { endServer, type ServerProcess, startServer } from "../support/server_process.ts";
import { cpuMicroseconds } from "./load.ts";
import { command, messageBodies } from "./word_messages.ts";
import { repeatable, WordTexts } from "./word_texts.ts";

const rounds = Number(Deno.env.get("BENCH_ROUNDS") ?? 7);
const seconds = Number(Deno.env.get("BENCH_SECONDS") ?? 4);
const perSecond = 1000;
const listed = 10_000;

interface Contender {
  readonly name: string;
  readonly server: ServerProcess;
  /** Where the router tells its metrics. */
  readonly metrics: string;
  /** Of each round, microseconds a message. */
  readonly figures: Record<Figure, number[]>;
}

/** The time of the chain by the router's own metric, its process's CPU, the time to the answer. */
type Figure = "chain" | "cpu" | "answer";

const noFigures = () => ({ chain: [], cpu: [], answer: [] });

const folder = await Deno.makeTempDir({ prefix: "router-words-" });
const contenders: Contender[] = [];
try {
  const texts = new WordTexts(repeatable(7));
  const list = texts.list(listed);
  const bodies = messageBodies(texts, list);
  await Deno.writeTextFile(join(folder, "words.txt"), list.join("\n"));
  const log = { use: "log", fields: ["sendID", "recvID"] };
  const count = { use: "count", name: "sent", key: "sendID", windows: ["1m", "1h"] };
  const words = { use: "words", files: ["words.txt"], action: "refuse" };
  await add("log + count", [log, count]);
  await add("log + count + words", [log, count, words]);
  for (const contender of contenders) await measure(contender, bodies);
  for (const { figures } of contenders) Object.assign(figures, noFigures());
  for (let round = 0; round < rounds; round++) {
    for (const contender of contenders) await measure(contender, bodies);
  }
  print();
} finally {
  for (const { server } of contenders) await endServer(server);
  await Deno.remove(folder, { recursive: true });
}

async function add(name: string, rules: readonly object[]): Promise<void> {
  const file = join(folder, `${contenders.length}.json`);
  await Deno.writeTextFile(
    file,
    JSON.stringify({
      server: { listen: "127.0.0.1:0" },
      operator: { listen: "127.0.0.1:0" },
      store: { path: `${contenders.length}.sqlite` },
      callbacks: { [command]: { rules } },
    }),
  );
  const server = await startServer("main.ts", ["serve", file], { log: `${file}.log` });
  const [, operator] = /"operator":"([\d.:]+)"/.exec(await Deno.readTextFile(`${file}.log`))!;
  contenders.push({
    name,
    server,
    metrics: `http://${operator}/metrics`,
    figures: noFigures(),
  });
}

/** One round of messages, a thousand a second, whether or not earlier ones are answered. */
async function measure({ server, metrics, figures }: Contender, bodies: readonly string[]) {
  const url = `http://127.0.0.1:${server.port}/callbackExample/${command}`;
  const times: number[] = [];
  const post = async (body: string) => {
    const began = performance.now();
    const headers = { "content-type": "application/json; charset=utf-8" };
    const response = await fetch(url, { method: "POST", headers, body });
    await response.text();
    times.push(performance.now() - began);
  };
  const all = perSecond * seconds;
  const chainBefore = await chainMicroseconds(metrics);
  const cpuBefore = await cpuMicroseconds(server.pid);
  const began = performance.now();
  const posts: Promise<void>[] = [];
  while (posts.length < all) {
    const due = Math.min(all, Math.floor((performance.now() - began) * perSecond / 1000) + 1);
    while (posts.length < due) posts.push(post(bodies[posts.length % bodies.length]!));
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.all(posts);
  figures.cpu.push((await cpuMicroseconds(server.pid) - cpuBefore) / all);
  figures.chain.push((await chainMicroseconds(metrics) - chainBefore) / all);
  figures.answer.push(median(times) * 1000);
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
  const [plain, full] = contenders;
  const row = (what: string, figure: Figure) => {
    const without = median(plain!.figures[figure]);
    const withWords = median(full!.figures[figure]);
    const extra = (withWords - without) / without;
    return `${what}  ${without.toFixed(1)} µs without, ${withWords.toFixed(1)} µs with words; ` +
      `extra / without ${extra.toFixed(3)} (wanted: less than 0.100)`;
  };
  const lines = [
    `${rounds} rounds of ${seconds} s, ${perSecond} messages a second through HTTP; medians`,
    row("time of the chain, a message:  ", "chain"),
    row("CPU of the process, a message: ", "cpu"),
    row("time to the answer:            ", "answer"),
  ];
  Deno.stdout.writeSync(new TextEncoder().encode(`${lines.join("\n")}\n`));
}
