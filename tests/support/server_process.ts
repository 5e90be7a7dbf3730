import { fromFileUrl } from "@std/path";
import { TextLineStream } from "@std/streams";

/** The repository's root folder. */
export const root = fromFileUrl(new URL("../..", import.meta.url));

/** A server in a process of its own. */
export interface ServerProcess {
  readonly pid: number;
  readonly port: number;
  /** Every line of standard error so far. */
  readonly lines: readonly string[];
  kill(signal: Deno.Signal): void;
  readonly status: Promise<Deno.CommandStatus>;
}

/** The router did not come up; carries what it said. */
export class ServerStartError extends Error {
  override readonly name = "ServerStartError";
}

/**
 * Starts a script and waits for the line of its standard error that tells the port, as JSON.
 *
 * @throws {ServerStartError} when it ends before.
 */
export async function startServer(
  script: string,
  args: readonly string[] = [],
  options: { readonly env?: Record<string, string>; readonly flags?: readonly string[] } = {},
): Promise<ServerProcess> {
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", ...(options.flags ?? ["--allow-all"]), "--quiet", script, ...args],
    cwd: root,
    env: { NO_COLOR: "1", ...options.env },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const lines: string[] = [];
  const listening = Promise.withResolvers<number>();
  void (async () => {
    const text = process.stderr.pipeThrough(new TextDecoderStream());
    const split: TransformStream<string, string> = new TextLineStream();
    for await (const line of text.pipeThrough(split)) {
      lines.push(line);
      const port = /"port":(\d+)/.exec(line)?.[1];
      if (port !== undefined) listening.resolve(Number(port));
    }
    listening.reject(new ServerStartError(lines.join("\n")));
  })();
  return {
    pid: process.pid,
    port: await listening.promise,
    lines,
    status: process.status,
    kill: (signal) => process.kill(signal),
  };
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
