/** The real process under hostile callers: each gets an answer or a closed connection. */
import { assertEquals, equal } from "@std/assert";
import { goodBody, path, request } from "../http/hostile_request.ts";
import { sendRaw } from "../http/raw_request.ts";
import { type RouterProcess, startRouterProcess } from "../support/router_process.ts";
import { startTarget } from "../support/target_server.ts";
import type { Answer, Attack } from "./hostile/attack.ts";
import { bodyAttacks } from "./hostile/body_attacks.ts";
import { connectionAttacks } from "./hostile/connection_attacks.ts";
import { exchange } from "./hostile/exchange.ts";
import { outcomePage } from "./hostile/outcome_table.ts";
import { smuggled, smugglingAttacks } from "./hostile/smuggling_attacks.ts";

const attacks: readonly Attack[] = [...connectionAttacks, ...bodyAttacks, ...smugglingAttacks];
const page = new URL("./HOSTILE.md", import.meta.url);
const json = "Content-Type: application/json";

/** Rules that look at everything that a body says, and send it on. */
const rulesFor = (target: string) => ({
  targets: { analytics: { url: target, network: "private" } },
  callbacks: {
    "*": {
      rules: [
        { use: "count", name: "all", key: "operationID", windows: ["1m"] },
        { use: "log", fields: { all: "body" } },
        { use: "forward", to: "analytics" },
        { use: "forward", to: "analytics", body: "body", when: "command != ''" },
      ],
    },
  },
});

/** A router whose limits a test need not wait for long. */
function startGuarded(rules: object = {}): Promise<RouterProcess> {
  const limits = { headWithin: "500ms", bodyWithin: "500ms", idle: "1s" };
  return startRouterProcess({ server: { bodyLimit: "256KiB", limits }, ...rules });
}

/** On a connection of its own: one that is kept may be closed for being idle. */
async function assertAlive({ server: { port } }: RouterProcess): Promise<void> {
  const headers = [json, `Content-Length: ${goodBody.length}`];
  const answer = await sendRaw(port, { path, headers, body: goodBody });
  assertEquals([answer.status, JSON.parse(answer.body).errMsg], [200, "Success"]);
}

Deno.test("hostile callers", async (test) => {
  await using target = startTarget();
  await using router = await startGuarded(rulesFor(target.url));
  const outcomes: { attack: Attack; answers: readonly Answer[] }[] = [];
  for (const ofKind of Map.groupBy(attacks, ({ kind }) => kind).values()) {
    // all of a kind at once: most of the slow ones' time is the router's limits
    const made = ofKind.map((attack) => ({
      attack,
      exchanged: exchange(router.server.port, attack).catch((error: Error) => error),
    }));
    for (const { attack, exchanged } of made) {
      await test.step(`${attack.kind}: ${attack.what}; the next callback is served`, async () => {
        const answers = await exchanged;
        if (answers instanceof Error) throw answers;
        const other = attack.orElse !== undefined && equal(answers, attack.orElse);
        if (!other) assertEquals(answers, attack.answers);
        await assertAlive(router);
        outcomes.push({ attack, answers });
      });
    }
  }
  await test.step("no smuggled request is served, and nothing fails inside", () => {
    const words = [smuggled, '"problem":"internal"', "an error that nobody waited for"];
    const bad = router.server.lines.filter((line) => words.some((word) => line.includes(word)));
    assertEquals(bad, []);
  });
  await test.step("what comes of them is what HOSTILE.md says", async () => {
    const text = outcomePage(outcomes);
    if (Deno.env.get("HOSTILE_TABLE") === "write") await Deno.writeTextFile(page, text);
    assertEquals(await Deno.readTextFile(page), text);
  });
});

Deno.test("pipelined callbacks are answered in their order", async () => {
  await using router = await startGuarded();
  const names = ["op-1", "op-2", "op-3"];
  using connection = await Deno.connect({ hostname: "127.0.0.1", port: router.server.port });
  for (const name of names) {
    await connection.write(request(goodBody, [json, `Operationid: ${name}`]));
  }
  let text = "";
  const buffer = new Uint8Array(4096);
  while (text.split("Success").length <= names.length) {
    const read = await connection.read(buffer);
    if (read === null) break;
    text += new TextDecoder().decode(buffer.subarray(0, read));
  }
  assertEquals([...text.matchAll(/operationid: (op-\d)/g)].map(([, id]) => id), names);
});

Deno.test("a hundred slow senders hold up nobody", async () => {
  await using router = await startRouterProcess({ server: { limits: { inFlight: 1 } } });
  const { port } = router.server;
  const slow = await Promise.all(Array.from({ length: 100 }, async (_, index) => {
    const connection = await Deno.connect({ hostname: "127.0.0.1", port });
    const part = request("{", [json, "Content-Length: 60000"]);
    await connection.write(index % 2 === 0 ? part : part.subarray(0, 40));
    return connection;
  }));
  try {
    for (let round = 0; round < 20; round++) await assertAlive(router);
  } finally {
    for (const connection of slow) connection.close();
  }
});

Deno.test("callers who have filled every connection keep nobody out", async () => {
  await using router = await startRouterProcess({ server: { limits: { connections: 20 } } });
  const { port } = router.server;
  const open = await Promise.all(Array.from({ length: 50 }, async (_, index) => {
    const connection = await Deno.connect({ hostname: "127.0.0.1", port });
    if (index % 2 === 0) await connection.write(request(goodBody).subarray(0, 40)).catch(() => {});
    return connection;
  }));
  try {
    for (let round = 0; round < 20; round++) await assertAlive(router);
  } finally {
    for (const connection of open) connection.close();
  }
});
