import type { Environment } from "@marcbachmann/cel-js";
import { textOf } from "../openim/last_message_text.ts";

/** The content types of the server's own notifications, read receipts and revocations among them. */
const notifications = { least: 1000n, most: 5000n };
/** The content type of the notification that a message was read. */
const readReceipt = 2200n;
/** `msgFrom` of what came in through the REST API or was made by the server itself. */
const restApi = 200n;

/**
 * The functions that expressions have for OpenIM's messages. Of a field that is absent or null they
 * say no, or give an empty text.
 *
 * - `text(content)`: the readable text inside a message's content
 * - `isNotification(contentType)`: a notification of the server, a read receipt included
 * - `isReadReceipt(contentType)`: the notification that messages were read
 * - `fromRestApi(msgFrom)`: sent through the REST API or by the system; a bot that answers that way
 *   leaves these out, or it answers itself
 */
export function addOpenimFunctions(environment: Environment): void {
  environment.registerFunction("text(string): string", textOf);
  environment.registerFunction("text(null): string", () => "");
  const ask = (name: string, answer: (value: bigint) => boolean) => {
    environment.registerFunction(`${name}(int): bool`, answer);
    environment.registerFunction(`${name}(null): bool`, () => false);
  };
  ask("isNotification", (type) => type >= notifications.least && type <= notifications.most);
  ask("isReadReceipt", (type) => type === readReceipt);
  ask("fromRestApi", (from) => from === restApi);
}
