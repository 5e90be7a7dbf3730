/**
 * What Deno has to allow the router so that it can do what one rules file says, and nothing more.
 *
 * @module
 */
import { dirname, fromFileUrl, relative, resolve } from "@std/path";
import { isAddressHost } from "../values/public_addresses.ts";
import type { Problem } from "../config/source/config_error.ts";
import { splitAddress } from "../config/sections/listen_address.ts";
import { besideRules, type LoadedRules } from "../config/load/load_rules.ts";
import { defaultOperatorAddress } from "../config/sections/operator_section.ts";

/** The lists of Deno's `--allow-...` options, by what stands behind `--allow-`. */
export interface NeededPermissions {
  readonly net: readonly string[];
  readonly read: readonly string[];
  readonly write: readonly string[];
  readonly env: readonly string[];
}

/** The router's own code, which plugin files import as well. */
const ownCode = fromFileUrl(new URL("..", import.meta.url));

/** Variables that undici looks at, whether or not they are set. */
const variablesOfPackages = ["JEST_WORKER_ID", "UNDICI_NO_WASM_SIMD", "UNDICI_USE_MILO"];

/**
 * What the rules need.
 *
 * @param builtinPlugins the folder with the router's own plugins.
 * @param variables the names of the environment's variables that the file uses.
 */
export function neededPermissions(
  { file, settings, files }: Pick<LoadedRules, "file" | "settings" | "files">,
  { builtinPlugins, variables }: {
    readonly builtinPlugins: string;
    readonly variables: Iterable<string>;
  },
): NeededPermissions {
  const { server, operator, plugins, store, targets, log } = settings;
  const beside = (path: string | undefined) => path === undefined ? [] : [besideRules(file, path)];
  const storeFolder = dirname(besideRules(file, store.path));
  // the log's file is renamed and begun anew in its folder
  const logFolders = beside(log.file?.path).map((path) => dirname(path));
  const hosts = Object.values(targets).flatMap(({ url }) => hostsOfURL(new URL(url)));
  return {
    net: sorted([
      ...listenHosts(server.listen, { renews: server.tls !== undefined }),
      ...operator.enabled ? listenHosts(operator.listen ?? defaultOperatorAddress) : [],
      ...hosts,
    ]),
    read: outermost([
      ownCode,
      ...plugins.builtin ? [builtinPlugins] : [],
      ...plugins.folders.flatMap(beside),
      // files that are watched are watched by their folders
      ...[resolve(file), ...files.paths].map((path) => dirname(path)),
      ...[server.tls?.certificate, server.tls?.key, server.signature?.publicKey].flatMap(beside),
      ...Object.values(targets).flatMap(({ ca }) => beside(ca)),
      storeFolder,
      ...logFolders,
    ]),
    write: outermost([storeFolder, ...logFolders]),
    env: sorted([...variables, ...variablesOfPackages]),
  };
}

/** The targets that are named by a host name other than `localhost`. */
export function namedTargets(
  { settings: { targets } }: Pick<LoadedRules, "settings">,
): readonly string[] {
  return Object.entries(targets).filter(([, { url }]) => {
    const { hostname } = new URL(url);
    return !isAddressHost(hostname) && hostname !== "localhost";
  }).map(([name]) => name);
}

/** Targets that this process may not connect to, whatever their network would say. */
export function forbiddenTargets(
  { file, settings: { targets }, problemAt }: Pick<LoadedRules, "file" | "settings" | "problemAt">,
): readonly Problem[] {
  return Object.entries(targets).flatMap(([name, { url }]) => {
    const [host = ""] = hostsOfURL(new URL(url));
    if (Deno.permissions.querySync({ name: "net", host }).state === "granted") return [];
    const message = `the router was started without the right to connect to ${host}; ` +
      `start it with the options that "deno task check ${file} --permissions" prints`;
    return [problemAt(["targets", name, "url"], message)];
  });
}

function listenHosts(address: string, { renews = false } = {}): readonly string[] {
  const { hostname, port } = splitAddress(address);
  const host = hostname.includes(":") ? `[${hostname}]` : hostname;
  // whichever port is free
  if (port === 0) return [host];
  // a certificate is renewed on the address that the name was found to have
  const found = renews && !isAddressHost(host) ? addressesOf(host, port) : [];
  return [`${host}:${port}`, ...found];
}

/** The first is the one that has to be allowed in any case. */
function hostsOfURL({ hostname, port, protocol }: URL): readonly string[] {
  const number = Number(port) || (protocol === "https:" ? 443 : 80);
  if (isAddressHost(hostname)) return [`${hostname}:${number}`];
  // a name is looked up without a port, and then the address is connected to
  return [hostname, ...addressesOf(hostname, number)];
}

/** Deno takes ranges of IPv4 addresses, and none of IPv6. */
function addressesOf(hostname: string, port: number): readonly string[] {
  return hostname === "localhost" ? [`127.0.0.1:${port}`, `[::1]:${port}`] : [`0.0.0.0/0:${port}`];
}

function sorted(names: Iterable<string>): readonly string[] {
  return [...new Set(names)].sort();
}

/** Paths without those that are inside others of them. */
function outermost(paths: readonly string[]): readonly string[] {
  const all = sorted(paths.map((path) => resolve(path)));
  return all.filter((path) => !all.some((other) => other !== path && contains(other, path)));
}

function contains(folder: string, path: string): boolean {
  const inner = relative(folder, path);
  return inner !== ".." && !inner.startsWith("../") && !inner.startsWith("/");
}
