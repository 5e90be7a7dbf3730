import { splitAddress } from "../config/sections/listen_address.ts";
import { maskedURL } from "../config/load/masked_rules.ts";
import { secretsOf, type ServerSettings } from "../config/sections/server_section.ts";
import { UsageError } from "./terminal.ts";

/** The path of OpenIM's own example; the router takes any. */
const examplePath = "/callbackExample";

/** Addresses to listen on that nobody can post to. */
const everyAddress = new Set(["0.0.0.0", "::"]);

/** What of the rules file says how OpenIM reaches the router. */
export type ReceiverSettings = Pick<ServerSettings, "listen" | "secret" | "tls">;

/**
 * The URL that OpenIM posts to, with the newest secret in its path: the one that is given, else
 * that of the listener, as a machine sees itself. OpenIM writes a slash and the command behind it,
 * behind a query as well.
 *
 * @throws {UsageError} for a URL that OpenIM cannot post to.
 */
export function receiverURL(given: string | undefined, settings: ReceiverSettings): string {
  if (given !== undefined) return checkedURL(given);
  const { hostname, port } = splitAddress(settings.listen);
  if (port === 0) {
    throw new UsageError(
      "server.listen takes any free port; give the URL that OpenIM reaches with --url",
    );
  }
  const host = everyAddress.has(hostname) ? "127.0.0.1" : hostname;
  const scheme = settings.tls === undefined ? "http" : "https";
  const [secret] = secretsOf(settings);
  const path = secret === undefined ? examplePath : `/${secret}`;
  return `${scheme}://${host.includes(":") ? `[${host}]` : host}:${port}${path}`;
}

function checkedURL(text: string): string {
  const url = URL.parse(text);
  if (url === null || !["http:", "https:"].includes(url.protocol)) {
    throw new UsageError(
      `--url ${
        maskedURL(text)
      }: expected an http or https URL, such as http://10.0.0.5:10006/openim`,
    );
  }
  if (text.includes("?") || text.includes("#")) {
    throw new UsageError(
      `--url ${
        maskedURL(text)
      }: OpenIM writes the command behind the whole URL, a query included; ` +
        "put a token into the path instead",
    );
  }
  if (/[\s\p{Cc}]|%(?![0-9a-f]{2})/iu.test(text)) {
    throw new UsageError(
      `--url ${
        JSON.stringify(maskedURL(text))
      }: OpenIM takes no blanks and no "%" without two hex digits in a URL`,
    );
  }
  return text.replace(/\/+$/, "");
}
