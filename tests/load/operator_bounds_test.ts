/** The operator's listener under callers who take what they can get. */
import { assert, assertEquals } from "@std/assert";
import { eventually } from "../support/eventually.ts";
import { type RouterProcess, startRouterProcess } from "../support/router_process.ts";

function portOf({ operatorURL }: RouterProcess): number {
  return Number(new URL(operatorURL).port);
}

/** A page on a connection of its own, or nothing where there is no answer within two seconds. */
async function page(router: RouterProcess, path: string): Promise<number | undefined> {
  const headers = { connection: "close" };
  const signal = AbortSignal.timeout(2000);
  const answer = await fetch(router.operatorURL + path, { headers, signal }).catch(() => undefined);
  await answer?.body?.cancel();
  return answer?.status;
}

/** Opens connections until the system or the other side gives no more. */
async function openMany(port: number, most: number): Promise<Deno.TcpConn[]> {
  const signal = AbortSignal.timeout(5000);
  const open = () => Deno.connect({ hostname: "127.0.0.1", port, signal }).catch(() => undefined);
  const opened = await Promise.all(Array.from({ length: most }, open));
  return opened.filter((connection) => connection !== undefined);
}

Deno.test("callers with more connections than the router may have files do not lock others out", async () => {
  await using router = await startRouterProcess({}, { openFiles: 256 });
  assertEquals(await page(router, "/healthz"), 200);
  const silent = await openMany(router.server.port, 300);
  try {
    // a burst may take the last file for a moment: the listeners then listen again after seconds
    await eventually(
      "the operator is answered",
      async () => await page(router, "/healthz") === 200,
    );
    await eventually("callbacks are answered", async () => {
      const answer = await router.post("{}").catch(() => undefined);
      return answer !== undefined && (await answer.json()).nextCode === 0;
    });
  } finally {
    for (const connection of silent) connection.close();
  }
});

Deno.test("half-sent heads to the operator's listener are closed", async () => {
  await using router = await startRouterProcess({
    operator: { token: "a-token-of-enough-length" },
  });
  const connections = await openMany(portOf(router), 100);
  const half = new TextEncoder().encode("GET /healthz HTTP/1.1\r\nhost: localhost\r\nx-half: ");
  const ends = connections.map(async (connection) => {
    await connection.write(half);
    return await new Response(connection.readable).text();
  });
  assertEquals(new Set(await Promise.all(ends)), new Set([""]));
  assertEquals(await page(router, "/healthz"), 200);
});

Deno.test("connections to the operator's listener beyond its bound are closed at once", async () => {
  await using router = await startRouterProcess({});
  const connections = await openMany(portOf(router), 400);
  let ended = 0;
  for (const connection of connections) {
    void connection.read(new Uint8Array(1)).then(() => ended++, () => ended++);
  }
  await eventually("those beyond the bound are closed", () => ended >= connections.length - 256);
  assertEquals((await (await router.post("{}")).json()).nextCode, 0, "callbacks are answered");
  for (const connection of connections) connection.close();
  await eventually("the operator is answered", async () => await page(router, "/healthz") === 200);
});

Deno.test("a body of 200 MB to the operator's listener is refused without being kept", async () => {
  await using router = await startRouterProcess({});
  const piece = new Uint8Array(1024 * 1024);
  let sent = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (sent++ < 200) controller.enqueue(piece);
      else controller.close();
    },
  });
  const url = `${router.operatorURL}/api/deliveries/retry`;
  const headers = { "content-type": "application/json" };
  const status = await fetch(url, { method: "POST", headers, body })
    .then((answer) => answer.text().then(() => answer.status), () => "broken off");
  assert(status === 413 || status === "broken off", String(status));
  const metrics = await (await fetch(`${router.operatorURL}/metrics`)).text();
  const [, resident] = /^process_resident_memory_bytes (\d+)/m.exec(metrics)!;
  assert(Number(resident) < 350_000_000, resident);
});

Deno.test("the operator's listener takes requests without a length, as curl -X POST sends them", async () => {
  await using router = await startRouterProcess({});
  const head = (path: string, ...lines: string[]) =>
    [`POST ${path} HTTP/1.1`, "host: 127.0.0.1", "connection: close", ...lines, "", ""].join(
      "\r\n",
    );
  const chunked = head(
    "/api/deliveries/retry",
    "content-type: application/json",
    "transfer-encoding: chunked",
  );
  const statusOf = async (sent: string) => {
    const connection = await Deno.connect({ hostname: "127.0.0.1", port: portOf(router) });
    await connection.write(new TextEncoder().encode(sent));
    return (await new Response(connection.readable).text()).slice(0, 12);
  };
  assertEquals(await statusOf(head("/api/reload")), "HTTP/1.1 200");
  assertEquals(await statusOf(`${chunked}9\r\n{"ids":[]\r\n1\r\n}\r\n0\r\n\r\n`), "HTTP/1.1 400");
});
