import { fromFileUrl } from "@std/path";
import { TextLineStream } from "@std/streams";
import { eventually } from "./eventually.ts";

/** The repository's root folder. */
export const root = fromFileUrl(new URL("../..", import.meta.url));

/** A server in a process of its own. */
export interface ServerProcess {
  readonly pid: number;
  readonly port: number;
  /** Every line of standard error so far; none where it goes to a file. */
  readonly lines: readonly string[];
  kill(signal: Deno.Signal): void;
  /** Resolves when the process has ended and its last line is among `lines`. */
  readonly status: Promise<Deno.CommandStatus>;
}

/** The router did not come up; carries what it said. */
export class ServerStartError extends Error {
  override readonly name = "ServerStartError";
}

/** How a server is started. */
export interface ServerStart {
  readonly env?: Record<string, string>;
  /** Deno's permission flags. */
  readonly flags?: readonly string[];
  /** A file for standard error, where reading along would cost what is being measured. */
  readonly log?: string;
  /** How many files the process may have open. */
  readonly openFiles?: number;
  /** Runs on one processor alone; on Linux. */
  readonly oneProcessor?: boolean;
  /** The file in which the port is told, where the server does not log to standard error. */
  readonly portIn?: string;
}

/**
 * Starts a script and waits for the line of its standard error that tells the port, as JSON.
 *
 * @throws {ServerStartError} when it ends before.
 */
export async function startServer(
  script: string,
  args: readonly string[] = [],
  { env, flags = ["--allow-all"], log, openFiles, oneProcessor = false, portIn }: ServerStart = {},
): Promise<ServerProcess> {
  const on = oneProcessor ? ["taskset", "--cpu-list", await aProcessor()] : [];
  const bounded = openFiles === undefined
    ? []
    : ["sh", "-c", 'ulimit -n "$0" && exec "$@"', String(openFiles)];
  const run = [...bounded, ...on, Deno.execPath(), "run", ...flags, "--quiet", script, ...args];
  // a command cannot write to a file by itself; the shell's exec keeps the process id
  const toFile = ["sh", "-c", 'log=$1; shift; exec "$@" 2>"$log"', "sh", log ?? ""];
  const [program, ...programArgs] = log === undefined ? run : [...toFile, ...run];
  const process = new Deno.Command(program!, {
    args: programArgs,
    cwd: root,
    env: { NO_COLOR: "1", ...env },
    stdin: "null",
    stdout: "null",
    stderr: log === undefined ? "piped" : "null",
  }).spawn();
  const lines: string[] = [];
  const listening = Promise.withResolvers<number>();
  const reading = log === undefined
    ? readLines(process.stderr, lines, (line) => {
      const port = portPattern.exec(line)?.[1];
      if (port !== undefined) listening.resolve(Number(port));
    })
    : Promise.resolve();
  const file = portIn ?? log;
  return {
    pid: process.pid,
    port: file === undefined
      ? await portFromPipe(listening, reading, lines)
      : await portFromFile(file, process.status, lines),
    lines,
    status: process.status.then(async (status) => {
      await reading;
      return status;
    }),
    kill: (signal) => process.kill(signal),
  };
}

/** The number of a processor that this process may use. */
async function aProcessor(): Promise<string> {
  const status = await Deno.readTextFile("/proc/self/status");
  return /^Cpus_allowed_list:\s*(\d+)/m.exec(status)![1]!;
}

/** In a JSON line, or in one for people. */
const portPattern = /"?port"?: ?(\d+)/;

function portFromPipe(
  listening: PromiseWithResolvers<number>,
  reading: Promise<void>,
  lines: readonly string[],
): Promise<number> {
  void reading.then(() => listening.reject(new ServerStartError(lines.join("\n"))));
  const tooLate = setTimeout(() => {
    listening.reject(new ServerStartError(`no port within 30 s:\n${lines.join("\n")}`));
  }, 30_000);
  return listening.promise.finally(() => clearTimeout(tooLate));
}

async function readLines(
  stderr: ReadableStream<Uint8Array>,
  lines: string[],
  read: (line: string) => void,
): Promise<void> {
  const text = stderr.pipeThrough(new TextDecoderStream());
  const split: TransformStream<string, string> = new TextLineStream();
  for await (const line of text.pipeThrough(split)) {
    lines.push(line);
    read(line);
  }
}

async function portFromFile(
  log: string,
  status: Promise<Deno.CommandStatus>,
  said: readonly string[],
): Promise<number> {
  let ended = false;
  void status.then(() => ended = true);
  let port: string | undefined;
  await eventually("the server listens", async () => {
    const text = await Deno.readTextFile(log).catch(() => "");
    port = portPattern.exec(text)?.[1];
    if (ended && port === undefined) throw new ServerStartError(text + said.join("\n"));
    return port !== undefined;
  });
  return Number(port);
}

/** Ends a server at once and waits for its end. */
export async function endServer(server: ServerProcess): Promise<void> {
  try {
    server.kill("SIGKILL");
  } catch {
    // it has ended already
  }
  await server.status;
}
