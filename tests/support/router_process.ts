import { join, resolve } from "@std/path";
import { endServer, type ServerProcess, type ServerStart, startServer } from "./server_process.ts";
import { type TempFolder, tempFolder } from "./temp_folder.ts";

/** The command that the router's tests use most. */
export const groupRead = "callbackAfterGroupMsgReadCommand";

/** The real router in a process of its own, with a rules file in a folder of its own. */
export interface RouterProcess extends AsyncDisposable {
  readonly folder: TempFolder;
  readonly rules: string;
  readonly server: ServerProcess;
  /** The base of its URL, as OpenIM would be told it. */
  readonly url: string;
  /** The base of the operator's URL. */
  readonly operatorURL: string;
  /** Posts a callback's body, by default a group-read report, to the path form of its URL. */
  post(body: string, init?: { readonly path?: string; readonly headers?: HeadersInit }): Promise<
    Response
  >;
  /** Ends the process with `kill -9` and starts it again on the same files. */
  crashAndRestart(): Promise<void>;
}

/** How the router is started. */
export interface RouterStart extends ServerStart {
  /** Further arguments of `serve`. */
  readonly args?: readonly string[];
  /** Further files beside the rules file. */
  readonly files?: Readonly<Record<string, string>>;
  /** The file beside the rules file that it logs to, in place of standard error. */
  readonly logFile?: string;
}

/** Starts the router; the rules file gets free ports and an outbox in its folder. */
export async function startRouterProcess(
  rules: Readonly<Record<string, unknown>>,
  { args = [], files = {}, logFile, ...options }: RouterStart = {},
): Promise<RouterProcess> {
  const folder = await tempFolder();
  for (const [name, content] of Object.entries(files)) await folder.write(name, content);
  const file = await writeRules(folder, rules);
  const start = logFile === undefined
    ? options
    : { ...options, portIn: resolve(folder.path, logFile) };
  let server = await startServer("main.ts", ["serve", file, ...args], start);
  const urlOf = ({ port }: ServerProcess) => `http://127.0.0.1:${port}/callbackExample`;
  return {
    folder,
    rules: file,
    get server() {
      return server;
    },
    get url() {
      return urlOf(server);
    },
    get operatorURL() {
      const [, address] = /"operator":"([\d.]+:\d+)"/.exec(server.lines.join("\n")) ?? [];
      return `http://${address}`;
    },
    post(body, { path = `/${groupRead}`, headers } = {}) {
      return fetch(`${urlOf(server)}${path}`, {
        method: "POST",
        headers: { "content-type": "application/json; charset=utf-8", ...headers },
        body,
      });
    },
    async crashAndRestart() {
      await endServer(server);
      server = await startServer("main.ts", ["serve", file, ...args], start);
    },
    async [Symbol.asyncDispose]() {
      await endServer(server);
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** Writes a rules file with free ports and an outbox beside it. */
export async function writeRules(
  folder: TempFolder,
  rules: Readonly<Record<string, unknown>>,
): Promise<string> {
  const file = join(folder.path, "rules.json");
  const server = { listen: "127.0.0.1:0", ...(rules.server ?? {}) };
  const operator = { listen: "127.0.0.1:0", ...(rules.operator ?? {}) };
  const store = { path: "outbox.sqlite", ...(rules.store ?? {}) };
  await Deno.writeTextFile(
    file,
    JSON.stringify({ ...rules, server, operator, store }, undefined, 2),
  );
  return file;
}
