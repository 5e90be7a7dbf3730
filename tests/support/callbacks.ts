import type { Callback } from "../../src/openim/callback.ts";

/** A decoded callback; what a test does not care for is that of a group-read report. */
export function aCallback(parts: Partial<Callback> = {}): Callback {
  const request = parts.request ??
    { sendID: "u1", receiveID: "u1", unreadMsgNum: 5, contentType: 3 };
  const command = parts.command ?? "callbackAfterGroupMsgReadCommand";
  return {
    command,
    calledAs: command,
    operationID: "op-1",
    text: JSON.stringify({ callbackCommand: command, ...request }),
    receivedAt: 1_754_300_000_000,
    dialect: "v3",
    ...parts,
    request,
  };
}
