import { z } from "zod";

const pattern = /^(?:\[([0-9A-Fa-f:.]+)\]|([\w.-]+)):(\d{1,5})$/;

const example = 'expected host:port, such as "127.0.0.1:10006" or "[::1]:10006"';

/** A host and a port: `127.0.0.1:10006`, `[::1]:10006`; port 0 takes a free one. */
export const listenAddress = z.string({
  error: ({ input }) => input === undefined ? undefined : example,
}).refine(
  (text) => pattern.test(text) && URL.canParse(`http://${text}`),
  { error: example },
);

/** The parts of a {@link listenAddress}. */
export function splitAddress(text: string): { readonly hostname: string; readonly port: number } {
  const [, v6, host, port] = pattern.exec(text)!;
  return { hostname: (v6 ?? host)!, port: Number(port) };
}

/** Whether only this machine can connect to a {@link listenAddress}. */
export function isLoopback(text: string): boolean {
  if (!pattern.test(text)) return false;
  const { hostname } = splitAddress(text);
  return hostname === "localhost" || /^127(?:\.\d{1,3}){3}$/.test(hostname) ||
    new URL(`http://${text}`).hostname === "[::1]";
}
