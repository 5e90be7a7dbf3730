/**
 * The request bodies in `tests/samples/`: `<command>.json` is the newest one,
 * `<command>.<version>.json` an older one, `docs-...` one of OpenIM's documentation.
 *
 * @module
 */
import { join } from "@std/path";
import { root } from "./server_process.ts";

const folder = join(root, "tests", "samples");

/** One request body. */
export interface Sample {
  readonly file: string;
  /** The newest name of its command. */
  readonly command: string;
  /** The version that sends it, such as `v2.3`; undefined for the newest and the documented one. */
  readonly version: string | undefined;
  /** Its JSON text. */
  readonly body: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Every sample, by name. */
export const samples: readonly Sample[] = [...Deno.readDirSync(folder)]
  .map(({ name }) => name).sort().map(readSample);

function readSample(file: string): Sample {
  const body = Deno.readTextFileSync(join(folder, file));
  const name = file.replace("docs-groupMsgRead", "callbackAfterGroupMsgReadCommand");
  const [, command, version] = /^(\w+)(?:\.(.+))?\.json$/.exec(name) ?? [];
  if (command === undefined) throw new Error(`${file} is not named after a command`);
  return { file, command, version, body, fields: JSON.parse(body) };
}

/** The command's newest body. */
export function newestSample(command: string): Sample {
  const sample = samples.find((sample) => sample.file === `${command}.json`);
  if (sample === undefined) throw new Error(`there is no sample of ${command}`);
  return sample;
}
