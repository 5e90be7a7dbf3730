import { join } from "@std/path";
import { root } from "../support/server_process.ts";
import { type TempFolder, tempFolder } from "../support/temp_folder.ts";

/** The variables that deploy/rules.json names. */
export const environment = {
  OPENIM_CALLBACK_SECRET: "s3cret-of-the-house-0123",
  ANALYTICS_SECRET: "t0ken",
} as const;

/** Folders that stand for those of a machine on which the router is installed. */
export interface Installed extends AsyncDisposable {
  readonly folder: TempFolder;
  /** The rules file where the operator's listener is on a free port. */
  readonly rules: string;
  /** A text of deploy/ with its paths in these folders. */
  placed(text: string): string;
}

/** Puts deploy/rules.json where the unit and the container look for it. */
export async function install(): Promise<Installed> {
  const folder = await tempFolder();
  const state = join(folder.path, "var");
  await Deno.mkdir(state);
  const places = [
    ["/etc/openim-callback-router", join(folder.path, "etc")],
    ["/var/lib/openim-callback-router", state],
    ["/opt/openim-callback-router", root.replace(/\/$/, "")],
    ["/usr/local/bin/deno", Deno.execPath()],
  ] as const;
  const placed = (text: string) =>
    places.reduce((left, [from, to]) => left.replaceAll(from, to), text);
  const settings = JSON.parse(placed(await deployed("rules.json")));
  settings.operator = { listen: "127.0.0.1:0" };
  settings.targets.analytics.network = "private";
  const rules = await folder.write("etc/rules.json", JSON.stringify(settings));
  return { folder, rules, placed, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}

/** A file of deploy/. */
export function deployed(name: string): Promise<string> {
  return Deno.readTextFile(join(root, "deploy", name));
}

/** Runs a program to its end. */
export async function run(program: string, args: readonly string[]) {
  const { success, stdout, stderr } = await new Deno.Command(program, { args: [...args] }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { success, out: text(stdout), err: text(stderr) };
}

/** What a router that was started with these words has to do: answer, deliver, reload, stop. */
export function flagsAndRest(words: readonly string[]) {
  const [deno, run, ...rest] = words;
  const flags = rest.filter((word) => word.startsWith("--"));
  return { start: [deno, run], flags, rest: rest.slice(flags.length) };
}
