import { assertEquals } from "@std/assert";
import { startRouterProcess } from "../support/router_process.ts";

/** A port that was free a moment ago. */
function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/** The status of the first answer that the operator's port gives. */
async function firstStatus(port: number): Promise<number> {
  for (;;) {
    try {
      const response = await fetch(`http://127.0.0.1:${port}/readyz`);
      await response.body?.cancel();
      return response.status;
    } catch {
      // nobody listens yet: a turn of the event loop later somebody may
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
  }
}

Deno.test("the operator's port opens when callbacks are answered, and not before", async () => {
  const port = freePort();
  const first = firstStatus(port);
  await using _router = await startRouterProcess({ operator: { listen: `127.0.0.1:${port}` } });
  assertEquals(await first, 200);
});
