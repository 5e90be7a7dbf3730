/**
 * Targets that struggle, with the router in a process of its own and real sockets: whatever they
 * do, what was answered arrives once they are well, and meanwhile they are not flooded.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { eventually } from "../support/eventually.ts";
import { type ReceivedRequest, startTarget } from "../support/target_server.ts";
import { burst, startForwarding, tally } from "./forwarding.ts";

const callbacks = 200;
const nothingLost = { answered: callbacks, received: callbacks, duplicates: 0, lost: 0 };

/** Tries again soon and often. */
const retry = { attempts: 100, delays: ["50ms"] };

/** A target that answers as it is told, with the requests that it took, and when all came. */
function startStruggling(
  struggle: (request: ReceivedRequest, signal: AbortSignal) => Response | Promise<Response>,
) {
  const taken: ReceivedRequest[] = [];
  const times: number[] = [];
  const state = { well: false };
  const server = startTarget((request, signal) => {
    times.push(performance.now());
    if (!state.well) return struggle(request, signal);
    taken.push(request);
    return new Response(null, { status: 204 });
  });
  return Object.assign(server, { taken, times, state });
}

type Struggling = ReturnType<typeof startStruggling>;

/** Makes the target well, and waits until it has taken all. */
async function recovered({ state, taken }: Struggling, count = callbacks): Promise<void> {
  state.well = true;
  await eventually(`${count} deliveries`, () => taken.length >= count, { within: 60_000 });
}

Deno.test("a target that hangs has no more requests open than it allows, and gets all in the end", async () => {
  let open = 0;
  let most = 0;
  await using target = startStruggling((_request, signal) => {
    most = Math.max(most, ++open);
    return new Promise((resolve) => {
      signal.addEventListener("abort", () => {
        open--;
        resolve(new Response());
      });
    });
  });
  const breaker = { failures: 4, pause: "200ms", longest: "200ms" };
  await using router = await startForwarding({
    hanging: { url: target.url, timeout: "100ms", concurrency: 4, retry, breaker },
  });
  const answered = await burst(router, callbacks);
  await eventually("the breaker is open", () => linesOf(router.server, "left alone").length > 0);
  await eventually("three probes", () => linesOf(router.server, "tried with one").length >= 3);
  // the four that opened it, those in the places of the first three of them, and one for each probe
  const { length } = target.received;
  const probes = linesOf(router.server, "tried with one").length;
  assert(length <= 4 + 3 + probes, `${length} requests, ${probes} probes`);
  await recovered(target);
  assertEquals(tally("a target that hangs", answered, target.taken), nothingLost);
  assert(most <= 4, `${most} requests were open at once`);
});

Deno.test("a target that answers 500 is left alone, then gets all", async () => {
  await using target = startStruggling(() => new Response("broken", { status: 500 }));
  const breaker = { failures: 5, pause: "100ms", longest: "100ms" };
  await using router = await startForwarding({
    broken: { url: target.url, concurrency: 1, retry, breaker },
  });
  const answered = await burst(router, callbacks);
  await eventually("three probes", () => linesOf(router.server, "tried with one").length >= 3);
  const probes = linesOf(router.server, "tried with one").length;
  // one of the probes may be on its way here
  assert(target.received.length <= 5 + probes + 1, `${target.received.length} requests`);
  await recovered(target);
  assertEquals(tally("a target that answers 500", answered, target.taken), nothingLost);
});

Deno.test("a target that answers 429 with Retry-After is left alone for as long as it says", async () => {
  await using target = startStruggling(() =>
    new Response("slow down", { status: 429, headers: { "retry-after": "1" } })
  );
  await using router = await startForwarding({
    busy: { url: target.url, concurrency: 1, retry },
  });
  const answered = await burst(router, callbacks);
  await target.arrived(3);
  const [first, second, third] = target.times;
  for (const pause of [second! - first!, third! - second!]) {
    assert(pause >= 990, `left alone for ${Math.round(pause)} ms`);
  }
  await recovered(target);
  assertEquals(tally("a target that answers 429", answered, target.taken), nothingLost);
});

Deno.test("a target that answers 410 gets nothing more until the router starts again, then all", async () => {
  await using target = startStruggling(() => new Response("gone", { status: 410 }));
  await using router = await startForwarding({ gone: { url: target.url, concurrency: 1, retry } });
  const first = await burst(router, callbacks / 2, { prefix: "before" });
  await eventually("it is told", () => linesOf(router.server, "target disabled").length > 0);
  const second = await burst(router, callbacks / 2, { prefix: "after" });
  assertEquals(target.received.length, 1);
  target.state.well = true;
  await router.crashAndRestart();
  await recovered(target);
  const answered = new Set([...first, ...second]);
  assertEquals(tally("a target that answers 410", answered, target.taken), nothingLost);
});

function linesOf({ lines }: { readonly lines: readonly string[] }, text: string): string[] {
  return lines.filter((line) => line.includes(text));
}
