import { eventually } from "../support/eventually.ts";
import {
  type BenchRouter,
  benchRouter,
  type BenchRouterOptions,
  groupReadBody,
  startCountingTarget,
} from "./bench_router.ts";
import { type Load, loadTool, runLoad } from "./load.ts";

const connections = 64;
const forward = { use: "forward", to: "analytics" };
/** What runs beside the forwarding, or without it. */
const rules = [
  { use: "log", fields: ["sendID", "unreadMsgNum"] },
  { use: "count", name: "groupReads", key: "sendID", windows: ["1m", "1h"] },
];

/** A chain and the medians of its rounds. */
export type CostOfChain = { readonly name: string } & Pick<Load, "perSecond" | "p50" | "p99">;

interface Contender {
  readonly name: string;
  readonly forwards: boolean;
  readonly router: BenchRouter;
  readonly loads: Load[];
}

/** Measures a chain without forwarding, and with it in both durability modes, in turn. */
export async function forwardingCost(
  { rounds, seconds }: { readonly rounds: number; readonly seconds: number },
) {
  const tool = await loadTool();
  await using target = await startCountingTarget();
  await using routers = new AsyncDisposableStack();
  const contenders: Contender[] = [];
  const add = async (name: string, options: Omit<BenchRouterOptions, "target">) => {
    const router = await benchRouter({ ...options, target: target.url });
    contenders.push({
      name,
      forwards: options.rules.includes(forward),
      router: routers.use(await router.start()),
      loads: [],
    });
  };
  await add("log+count", { rules });
  for (const durability of ["full", "process"] as const) {
    await add(`log+count+forward, ${durability}`, { rules: [...rules, forward], durability });
  }

  /** One round; a backlog is waited for, or the next contender would pay for it. */
  const measure = async ({ router, forwards }: Contender, duration: number): Promise<Load> => {
    const before = await target.received();
    const load = await runLoad(tool, {
      url: router.url,
      body: groupReadBody,
      connections,
      seconds: duration,
    });
    if (forwards) {
      const all = async () => await target.received() - before >= load.requests;
      await eventually("the target has every delivery", all, { within: 300_000 });
    }
    return load;
  };
  for (const contender of contenders) await measure(contender, 1);
  for (let round = 0; round < rounds; round++) {
    for (const contender of contenders) contender.loads.push(await measure(contender, seconds));
  }
  return {
    tool,
    connections,
    contenders: contenders.map(({ name, loads }): CostOfChain => ({
      name,
      perSecond: median(loads.map(({ perSecond }) => perSecond)),
      p50: median(loads.map(({ p50 }) => p50)),
      p99: median(loads.map(({ p99 }) => p99)),
    })),
  };
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)]!;
}
