/** Fifty changes of the rules file under steady load, through the real process. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { eventually } from "../support/eventually.ts";
import { groupRead, type RouterProcess, startRouterProcess } from "../support/router_process.ts";
import { startTarget } from "../support/target_server.ts";

const reloads = 50;
/** After so many good files there is a bad one. */
const badEvery = 5;
const callers = 4;

const success = { actionCode: 0, errCode: 0, errMsg: "Success", errDlt: "", nextCode: 0 };
const bodyOf = (contentType: number) =>
  JSON.stringify({ sendID: "u1", receiveID: "u1", unreadMsgNum: 1, contentType });

/** Rules that count and forward everything, and log the count for a content type of 99. */
const rulesOf = (version: number, target: string) => ({
  counters: { maxKeys: 1000 + version },
  targets: { analytics: { url: target, network: "private", timeout: `${10 + version}s` } },
  callbacks: {
    [groupRead]: {
      rules: [
        { use: "count", name: "reads", key: "sendID", windows: ["1h"] },
        { use: "forward", to: "analytics" },
        {
          use: "log",
          message: `counted by version ${version}`,
          fields: { reads: "counts.reads['1h']" },
          when: "contentType == 99",
        },
      ],
    },
  },
});

/** Calls one after the other until it is told to stop; what was not as it should be is kept. */
async function call(router: RouterProcess, until: AbortSignal) {
  const wrong: string[] = [];
  const times: number[] = [];
  while (!until.aborted) {
    const began = performance.now();
    try {
      const response = await router.post(bodyOf(3));
      const answer = await response.json();
      if (response.status !== 200 || answer.errCode !== 0) wrong.push(JSON.stringify(answer));
    } catch (error) {
      wrong.push(String(error));
    }
    times.push(performance.now() - began);
  }
  return { wrong, times };
}

/** Asks whether the router is ready, again and again; what was not as it should be is kept. */
async function askReady({ operatorURL }: RouterProcess, until: AbortSignal) {
  const wrong: string[] = [];
  let asked = 0;
  while (!until.aborted) {
    const response = await fetch(`${operatorURL}/readyz`);
    const { ready } = await response.json();
    if (response.status !== 200 || ready !== true) wrong.push(`${response.status} ${ready}`);
    asked++;
    // the load is to be that of callbacks
    await new Promise((tick) => setTimeout(tick, 10));
  }
  return { wrong, asked };
}

/** What the health page warns of. */
const warningsOf = async ({ operatorURL }: RouterProcess): Promise<readonly string[]> =>
  (await (await fetch(`${operatorURL}/readyz`)).json()).warnings;

/** How often the metrics say that the rules file was applied, and refused. */
async function reloadsCounted(
  { operatorURL }: RouterProcess,
): Promise<readonly (string | undefined)[]> {
  const metrics = await (await fetch(`${operatorURL}/metrics`)).text();
  return ["applied", "refused"].map((result) =>
    new RegExp(`^openim_router_rules_reloads_total\\{result="${result}"\\} (\\d+)$`, "m")
      .exec(metrics)?.[1]
  );
}

/** Waits for the log's next line with a message. */
function following(router: RouterProcess, message: string) {
  let read = 0;
  return async (): Promise<Record<string, unknown>> => {
    let found: string | undefined;
    await eventually(`"${message}" is logged`, () => {
      while (found === undefined && read < router.server.lines.length) {
        const line = router.server.lines[read++]!;
        if (line.includes(`"${message}`)) found = line;
      }
      return found !== undefined;
    });
    return JSON.parse(found!);
  };
}

const quantile = (sorted: readonly number[], part: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]!.toFixed(1);

function print(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

Deno.test(`${reloads} reloads under steady load fail no request and lose nothing`, async () => {
  await using target = startTarget();
  // apart from the rules file: beside an outbox a change is found by looking once a second
  const apart = { store: { path: "data/outbox.sqlite" } };
  await using router = await startRouterProcess({ ...rulesOf(0, target.url), ...apart });
  const { server, store } = JSON.parse(await Deno.readTextFile(router.rules));
  const write = async (text: string) =>
    Deno.rename(await router.folder.write(".rules.json.swp", text), router.rules);
  const replaced = following(router, "rules replaced");
  const refused = following(router, "rules file refused");

  const stop = new AbortController();
  const load = Array.from({ length: callers }, () => call(router, stop.signal));
  const asking = askReady(router, stop.signal);
  const durations: number[] = [];
  for (let version = 1; version <= reloads; version++) {
    await write(JSON.stringify({ server, store, ...rulesOf(version, target.url) }));
    const { generation, milliseconds } = await replaced();
    assertEquals(generation, version + 1, "each file is loaded once");
    durations.push(Number(milliseconds));
    if (version % badEvery > 0) continue;
    await write(version % 2 === 0 ? '{ "callbacks": ' : JSON.stringify({ callback: {} }));
    const { generation: kept, problems } = await refused();
    assertEquals(kept, version + 1);
    // in three places: the log, the health page and a metric
    assertStringIncludes(String(problems), version % 2 === 0 ? "broken JSON" : "callback");
    await eventually("the health page warns", async () => {
      return (await warningsOf(router)).some((warning) => warning.includes("was refused"));
    });
    assertEquals(await reloadsCounted(router), [`${version}`, `${version / badEvery}`]);
  }
  stop.abort();
  const results = await Promise.all(load);
  const ready = await asking;
  const wrong = results.flatMap((result) => result.wrong);
  const times = results.flatMap((result) => result.times).sort((one, other) => one - other);

  // the last file was a bad one, so that it is the 50th version that answers
  const last = await router.post(bodyOf(99));
  assertEquals(await last.json(), success);
  const { message, reads } = await following(router, "counted by version")();
  assertEquals([message, reads], [`counted by version ${reloads}`, times.length + 1]);
  const arrived = await target.arrived(times.length + 1);
  const ids = new Set(arrived.map(({ headers }) => headers.get("webhook-id")));

  durations.sort((one, other) => one - other);
  print(
    `${reloads} reloads and ${reloads / badEvery} bad files: ${times.length} requests, ` +
      `${wrong.length} failed, ${ids.size} delivered; answers in ms: p50 ${
        quantile(times, 0.5)
      }, ` +
      `p99 ${quantile(times, 0.99)}, longest ${quantile(times, 1)}; a reload takes ` +
      `${quantile(durations, 0.5)} ms; ready in all of ${ready.asked} looks`,
  );
  assertEquals([wrong, ready.wrong], [[], []]);
  assertEquals([arrived.length, ids.size], [times.length + 1, times.length + 1]);
  assert(times.length > reloads * callers, "there was load all the time");
});
