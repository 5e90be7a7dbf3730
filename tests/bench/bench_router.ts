import { join } from "@std/path";
import { endServer, type ServerProcess, startServer } from "../support/server_process.ts";
import { groupRead } from "../support/router_process.ts";

/** A group-read report as OpenIM posts it. */
export const groupReadBody = `${
  JSON.stringify({
    callbackCommand: groupRead,
    sendID: "5118930138",
    receiveID: "5118930138",
    unreadMsgNum: 128,
    contentType: 3,
  })
}\n`;

/** What a router to be measured is made from. */
export interface BenchRouterOptions {
  readonly rules: readonly object[];
  readonly durability?: "full" | "process";
  /** Where the target "analytics" is. */
  readonly target: string;
  /** Further options of the target. */
  readonly options?: object;
}

/** A router in a process of its own, in a folder of its own, that logs to a file. */
export interface BenchRouter extends AsyncDisposable {
  readonly server: ServerProcess;
  /** Where OpenIM would post group-read reports to. */
  readonly url: string;
}

/** Makes a folder with a rules file; `start` starts the router on it. */
export async function benchRouter(
  { rules, durability = "full", target, options = {} }: BenchRouterOptions,
) {
  const folder = await Deno.makeTempDir({ prefix: "router-bench-" });
  const file = join(folder, "rules.json");
  const outbox = join(folder, "outbox.sqlite");
  await Deno.writeTextFile(
    file,
    JSON.stringify({
      server: { listen: "127.0.0.1:0" },
      store: { path: outbox, durability },
      targets: { analytics: { url: target, network: "private", ...options } },
      callbacks: { [groupRead]: { rules } },
    }),
  );
  return {
    /** The outbox's file. */
    outbox,
    async start(): Promise<BenchRouter> {
      const server = await startServer("main.ts", ["serve", file], { log: join(folder, "log") });
      return {
        server,
        url: `http://127.0.0.1:${server.port}/callbackExample/${groupRead}`,
        async [Symbol.asyncDispose]() {
          await endServer(server);
          await Deno.remove(folder, { recursive: true });
        },
      };
    },
  };
}

/** A target in a process of its own that counts what it gets. */
export interface CountingTarget extends AsyncDisposable {
  readonly url: string;
  /** How many deliveries it has got so far. */
  received(): Promise<number>;
}

/** Starts a target that counts. */
export async function startCountingTarget(): Promise<CountingTarget> {
  const server = await startServer("tests/bench/contenders/target.ts");
  const url = `http://127.0.0.1:${server.port}/`;
  return {
    url,
    async received() {
      const response = await fetch(url);
      return (await response.json()).received;
    },
    [Symbol.asyncDispose]: () => endServer(server),
  };
}
