import { eventually } from "../support/eventually.ts";
import { startTarget } from "../support/target_server.ts";
import { benchRouter, groupReadBody } from "./bench_router.ts";

/**
 * Posts callbacks at a steady rate and takes the time from each answer to the arrival at the
 * target. A delivery may arrive before its answer has been read: that is 0.
 */
export async function forwardingDelay(
  { durability, callbacks, rate }: {
    readonly durability: "full" | "process";
    readonly callbacks: number;
    /** Callbacks a second. */
    readonly rate: number;
  },
) {
  const arrived = new Map<string, number>();
  const answered = new Map<string, number>();
  await using target = startTarget(({ headers }) => {
    arrived.set(headers.get("operationid")!, performance.now());
    return new Response(null, { status: 204 });
  });
  const made = await benchRouter({
    rules: [{ use: "forward", to: "analytics" }],
    durability,
    target: target.url,
  });
  await using router = await made.start();
  const post = async (operationID: string) => {
    const response = await fetch(router.url, {
      method: "POST",
      headers: { "content-type": "application/json", operationID },
      body: groupReadBody,
    });
    answered.set(operationID, performance.now());
    await response.body?.cancel();
  };
  const posts: Promise<void>[] = [];
  const began = performance.now();
  while (posts.length < callbacks) {
    const due = Math.min(callbacks, (performance.now() - began) * rate / 1000);
    while (posts.length < due) posts.push(post(`op-${posts.length}`));
    await new Promise((tick) => setTimeout(tick, 1));
  }
  await Promise.all(posts);
  await eventually("every delivery", () => arrived.size === callbacks);
  const delays = [...answered]
    .map(([operationID, at]) => Math.max(0, arrived.get(operationID)! - at))
    .toSorted((one, other) => one - other);
  const at = (part: number) =>
    delays[Math.min(delays.length - 1, Math.floor(delays.length * part))]!;
  return { p50: at(0.5), p99: at(0.99), most: at(1) };
}
