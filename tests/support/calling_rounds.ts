import { assertEquals } from "@std/assert";
import { type Called, GoClient } from "./go_client.ts";
import { groupRead, type RouterProcess, startRouterProcess } from "./router_process.ts";

const body = JSON.stringify({ sendID: "u1", receiveID: "u1", unreadMsgNum: 1, contentType: 3 });
const request = new TextEncoder().encode(
  `POST /${groupRead} HTTP/1.1\r\nhost: router\r\ncontent-type: application/json\r\n` +
    `content-length: ${body.length}\r\n\r\n${body}`,
);

/** The short limits of {@link startLimited}, milliseconds. */
export const limit = 300;

/** A router with every limit of time short, but for `idle`, which has to be long. */
export function startLimited(): Promise<RouterProcess> {
  const short = `${limit}ms`;
  return startRouterProcess({
    server: { limits: { headWithin: short, bodyWithin: short } },
    callbacks: {},
  });
}

/** Pauses around a limit, the looks once a second and twice the limit, milliseconds. */
const pauses = [0, limit - 5, limit, limit + 5, 995, 1000, 1005, 2 * limit, 1000 + limit, 2000];

/**
 * Calls from many clients, each with a pause around a limit before each call: also before the first
 * call on a connection, which was opened as a spare one.
 */
export async function callAround(port: number, calls: number, clients: number): Promise<Called> {
  const sum: Called = { answered: 0, lost: 0 };
  await Promise.all(Array.from({ length: clients }, async (_, index) => {
    using client = new GoClient(port, request);
    await client.connect();
    for (let call = 0; call < calls / clients; call++) {
      // the pauses are what is tested here: clients on a real socket have no clock to move
      const pause = pauses[(index + call) % pauses.length]!;
      await new Promise((over) => setTimeout(over, pause));
      await client.call();
    }
    sum.answered += client.called.answered;
    sum.lost += client.called.lost;
  }));
  return sum;
}

/** Stops a router under the load of workers, each of which calls without a pause. */
export async function stopUnderLoad(workers: number): Promise<void> {
  await using router = await startRouterProcess({ callbacks: {} });
  const called = Array.from({ length: workers }, () => {
    const begun = Promise.withResolvers<void>();
    const client = new GoClient(router.server.port, request);
    const done = (async () => {
      while (await client.call()) if (client.called.answered === 20) begun.resolve();
      return client.called;
    })();
    return { begun: begun.promise, done };
  });
  await Promise.all(called.map(({ begun }) => begun));
  router.server.kill("SIGTERM");
  const results = await Promise.all(called.map(({ done }) => done));
  assertEquals((await router.server.status).code, 0);
  assertEquals(results.map(({ lost }) => lost), results.map(() => 0));
}
