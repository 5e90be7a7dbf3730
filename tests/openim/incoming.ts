import { assertThrows } from "@std/assert";
import { z } from "zod";
import type { Callback } from "../../src/openim/callback.ts";
import { createDecoder, type IncomingRequest } from "../../src/openim/decode.ts";
import { int64 } from "../../src/openim/fields.ts";
import { RequestError } from "../../src/openim/request_error.ts";
import { definePlugin, type Plugin } from "../../src/extension/define_plugin.ts";
import { createRegistry } from "../../src/plugins/registry.ts";

/** A command that had another name once. */
export const readCommand = "callbackAfterGroupMsgReadCommand";
export const readAlias = "callbackGroupMsgReadCommand";
/** Another command, whose name is not formed like OpenIM's newer ones. */
export const registerCommand = "userRegisterBefore";

const base = { timing: "after", area: "message", summary: "For tests." } as const;

const registry = createRegistry([
  {
    file: "read.ts",
    plugin: definePlugin({
      ...base,
      command: readCommand,
      aliases: [readAlias],
      request: z.looseObject({
        sendID: z.string(),
        unreadMsgNum: int64,
        contentType: int64.optional(),
        user: z.looseObject({ nickname: z.string() }).optional(),
      }),
      sample: { sendID: "u1", unreadMsgNum: 5 },
    }),
  },
  {
    file: "register.ts",
    plugin: definePlugin({
      ...base,
      command: registerCommand,
      request: z.looseObject({}),
      sample: {},
    }),
  },
]);

export const freshID = "fresh-id";
export const decodedAt = 1_754_300_000_000;

const decoderFor = (version?: string) =>
  createDecoder<Plugin>({
    find: registry.find,
    suggest: registry.suggest,
    newOperationID: () => freshID,
    now: () => decodedAt,
    version,
  });

const decode = decoderFor();

/** A body of {@link readCommand}; a field set to undefined is left out. */
export function aBody(fields: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({
    callbackCommand: readCommand,
    sendID: "u1",
    unreadMsgNum: 5,
    ...fields,
  });
}

/** The parts of a request that a test may choose. */
export interface RequestParts {
  readonly path: string;
  readonly commandParameter: string | undefined;
  readonly operationIDHeader: string | undefined;
  readonly connectionHeader: string | undefined;
  readonly body: string;
}

/** A request as OpenIM 3.7 sends it; what a test does not care for is that of a group-read report. */
function incoming(parts: Partial<RequestParts>): IncomingRequest {
  const { operationIDHeader, connectionHeader, ...rest }: RequestParts = {
    path: `/${readCommand}`,
    commandParameter: undefined,
    operationIDHeader: "op-header",
    connectionHeader: undefined,
    body: aBody(),
    ...parts,
  };
  const headers = new Map([["operationid", operationIDHeader], ["connection", connectionHeader]]);
  return { ...rest, header: (name) => headers.get(name.toLowerCase()) };
}

/** The callback that a request is decoded to. */
export function decoded(parts: Partial<RequestParts> = {}): Callback {
  return decode(incoming(parts)).callback;
}

/** The callback that a request is decoded to where the version of the servers is known. */
export function decodedFor(version: string, parts: Partial<RequestParts> = {}): Callback {
  return decoderFor(version)(incoming(parts)).callback;
}

/** The error by which a request is turned away. */
export function turnedAway(parts: Partial<RequestParts>): RequestError {
  return assertThrows(() => decode(incoming(parts)), RequestError);
}
