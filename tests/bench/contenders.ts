import { join } from "@std/path";
import { groupRead, startRouterProcess } from "../support/router_process.ts";
import { endServer, startServer } from "../support/server_process.ts";
import { flagsOfStart } from "../support/start_task.ts";
import { tempFolder } from "../support/temp_folder.ts";

/** A contender in a process of its own. */
export interface Running extends AsyncDisposable {
  readonly port: number;
}

/** What is measured; `start` starts it anew, given the URL of the target. */
export interface Contender {
  readonly name: string;
  /** Whether each callback arrives at the target. */
  readonly forwards: boolean;
  readonly start: (target: string) => Promise<Running>;
}

const count = { use: "count", name: "groupReads", key: "sendID", windows: ["1m", "1h"] };
const forward = { use: "forward", to: "analytics" };

/** A Hono app that parses and answers, on the server that the router uses. */
export const bareHono = script("bare Hono app on node:http", "bare_hono.ts");
/** The same on Deno's own server, without Hono. */
export const bareDeno = script("bare Deno.serve", "bare_deno.ts");
/** Answers at once and posts from memory. */
export const bareForwarder: Contender = {
  name: "bare forwarder, from memory",
  forwards: true,
  start: (target) => startScript("bare_hono.ts", [target]),
};
/** The router with a rule that keeps nothing on the disk. */
export const counting = router("router: count", [count]);
/** The router with a rule that stores each callback before it is answered. */
export const forwarding = router("router: count + forward", [count, forward]);

function script(name: string, file: string): Contender {
  return { name, forwards: false, start: () => startScript(file) };
}

async function startScript(file: string, args: readonly string[] = []): Promise<Running> {
  const server = await startServer(`tests/bench/contenders/${file}`, args);
  return { port: server.port, [Symbol.asyncDispose]: () => endServer(server) };
}

function router(name: string, rules: readonly object[]): Contender {
  return {
    name,
    forwards: rules.includes(forward),
    async start(url) {
      const logs = await tempFolder();
      const process = await startRouterProcess({
        store: { durability: "full" },
        targets: { analytics: { url, network: "private", concurrency: 32 } },
        callbacks: { [groupRead]: { rules } },
      }, { log: join(logs.path, "router.log"), flags: await flagsOfStart() });
      return {
        port: process.server.port,
        async [Symbol.asyncDispose]() {
          await process[Symbol.asyncDispose]();
          await logs[Symbol.asyncDispose]();
        },
      };
    },
  };
}
