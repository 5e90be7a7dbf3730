import { assertEquals } from "@std/assert";
import { z } from "zod";
import groupMsgRead from "../../plugins/message/group_msg_read.ts";
import { systemClock } from "../../src/chain/clock.ts";
import type { Chain, Link, LinkFailure } from "../../src/chain/chain.ts";
import type { Deliveries, NewDelivery } from "../../src/chain/deliveries.ts";
import { receivedTrace } from "../../src/chain/trace_context.ts";
import { compileChains } from "../../src/config/compile/compile_chains.ts";
import { createCallbackApp } from "../../src/http/callback_app.ts";
import type { AnsweringRules, TurnedAwayRequest } from "../../src/http/callback_env.ts";
import { refusal } from "../../src/http/turn_away.ts";
import { startHttpServer } from "../../src/http/server/http_server.ts";
import { type CallerAuth, createCallerAuth } from "../../src/http/auth/caller_auth.ts";
import type { DroppedOverride } from "../../src/openim/answer_duties.ts";
import { createDecoder } from "../../src/openim/decode.ts";
import type { NextCodeStyle } from "../../src/openim/encode.ts";
import { RequestError } from "../../src/openim/request_error.ts";
import { definePlugin, type Plugin } from "../../src/extension/define_plugin.ts";
import { createRegistry } from "../../src/plugins/registry.ts";
import { eras, goDecode } from "../openim/go_decoder.ts";
import { MemorySeenKeys } from "../../src/stores/memory_seen_keys.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { ruleServices } from "../support/rule_services.ts";

/** The after-callback of OpenIM that the server knows. */
export const readCommand = "callbackAfterGroupMsgReadCommand";
/** The before-callback that it knows. */
export const sendCommand = "callbackBeforeSendGroupMsgCommand";
/** The trace ID of a callback that brings none. */
export const freshID = "fresh-id";

/** What a test may choose. */
export interface ServerParts {
  /** The code of {@link sendCommand}'s plugin. */
  readonly handle?: Plugin["handle"];
  /** Further commands that it knows. */
  readonly plugins?: readonly Plugin[];
  /** Links that every chain starts with. */
  readonly links?: readonly Link[];
  readonly chain?: Partial<Pick<Chain, "onError" | "budget">>;
  readonly deliveries?: Deliveries;
  readonly bodyLimit?: number;
  readonly nextCode?: NextCodeStyle;
  readonly unproven?: "continue" | "refuse";
  /** Open for everybody when it is left out. */
  readonly auth?: CallerAuth;
  readonly inFlightLimit?: number;
}

/** Lets everybody in. */
export function openDoor(): CallerAuth {
  return createCallerAuth(
    { secrets: [], addresses: { allow: [], trustedProxies: [] } },
    { seen: new MemorySeenKeys(1), now: () => 0 },
  );
}

/** What a test says of the rules in force. */
export type Routing =
  & Pick<AnsweringRules, "registry" | "chains" | "nextCode" | "unproven" | "bodyLimit">
  & { readonly version?: string };

/** A callback listener on a port of its own. */
export interface CallbackServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly clock: FakeClock;
  /** What the default store was handed. */
  readonly stored: NewDelivery[];
  /** How many requests needed the rules, and how many of them do no longer. */
  readonly requests: { readonly begun: number; readonly ended: number };
  /** The callbacks whose chains run. */
  readonly inFlight: { readonly count: number };
  readonly turnedAway: ({ readonly error: RequestError } & TurnedAwayRequest)[];
  readonly linkFailures: LinkFailure[];
  readonly overridesDropped: DroppedOverride[];
  readonly notStored: { readonly deliveries: readonly NewDelivery[]; readonly error: Error }[];
}

/** Starts a listener: `await using server = await serveCallbacks();` */
export function serveCallbacks(parts: ServerParts = {}): Promise<CallbackServer> {
  const clock = new FakeClock();
  return serveRouting(routingOf(parts, clock), { ...parts, clock });
}

/** Starts a listener for what it is told of the rules in force. */
export async function serveRouting(
  routing: Routing,
  { clock = new FakeClock(), deliveries, auth = openDoor(), inFlightLimit = 1000 }:
    & Pick<ServerParts, "deliveries" | "auth" | "inFlightLimit">
    & { readonly clock?: FakeClock } = {},
): Promise<CallbackServer> {
  const stored: NewDelivery[] = [];
  const turnedAway: CallbackServer["turnedAway"] = [];
  const linkFailures: LinkFailure[] = [];
  const notStored: CallbackServer["notStored"] = [];
  const overridesDropped: DroppedOverride[] = [];
  const store = (deliveries: readonly NewDelivery[]) => {
    stored.push(...deliveries);
    return Promise.resolve();
  };
  const requests = { begun: 0, ended: 0 };
  const inFlight = { count: 0 };
  const newOperationID = () => freshID;
  const rules: AnsweringRules = {
    ...routing,
    decode: createDecoder({
      find: routing.registry.find,
      suggest: routing.registry.suggest,
      newOperationID,
      now: clock.now,
      version: routing.version,
    }),
    inFlightLimit,
    begin: () => void requests.begun++,
    end: () => void requests.ended++,
  };
  const app = createCallbackApp({
    rules: () => rules,
    auth,
    inFlight,
    deliveries: deliveries ?? { store },
    clock,
    newOperationID,
    traceOf: receivedTrace,
    events: {
      linkFailed: (_callback, failure) => void linkFailures.push(failure),
      overridesDropped: (_callback, dropped) => void overridesDropped.push(...dropped),
      storingLate() {},
      storedLate() {},
      notStored: (_callback, deliveries, error) => void notStored.push({ deliveries, error }),
      turnedAway: (error, request) => void turnedAway.push({ error, ...request }),
    },
  });
  const server = await startHttpServer({
    hostname: "127.0.0.1",
    port: 0,
    limits: {
      ...{ connections: 1000, connectionsPerCaller: 1000, headSize: 64 * 1024 },
      ...{ headWithin: 60_000, bodyWithin: 60_000, idle: 60_000 },
    },
  }, {
    fetch: (request, bindings) => app.fetch(request, bindings),
    refuse: (problem) =>
      refusal(new RequestError(problem, "it is no HTTP request"), {
        nextCode: routing.nextCode,
        operationID: freshID,
      }),
    isProxy: () => false,
    clock: systemClock,
    events: {
      connectionsEnded() {},
      listensAgain() {},
      notListening() {},
      certificateRenewed() {},
      certificateFailed() {},
    },
  });
  const { port } = server.address;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    clock,
    stored,
    turnedAway,
    linkFailures,
    notStored,
    overridesDropped,
    requests,
    inFlight,
    [Symbol.asyncDispose]: () => server.close({ lastRequests: 0, within: 5000 }),
  };
}

function routingOf(
  { handle, links = [], plugins = [], chain, bodyLimit = 64 * 1024, nextCode = "number", unproven }:
    ServerParts,
  clock: FakeClock,
): Routing {
  const beforeSend = definePlugin({
    command: sendCommand,
    timing: "before",
    area: "message",
    summary: "For tests.",
    request: z.looseObject({ sendID: z.string() }),
    overrides: z.object({ content: z.string() }),
    sample: { sendID: "u1" },
  });
  const registry = createRegistry([
    { file: "read.ts", plugin: groupMsgRead },
    { file: "send.ts", plugin: { ...beforeSend, handle } },
    ...plugins.map((plugin) => ({ file: `${plugin.command}.ts`, plugin })),
  ]);
  const { chains } = compileChains({ callbacks: {}, chains: {}, targets: {} }, {
    registry,
    definitions: [],
    services: ruleServices({ clock }),
  });
  const withLinks = [...chains].map(([command, compiled]) =>
    [command, { ...compiled, ...chain, links: [...links, ...compiled.links] }] as const
  );
  return { registry, chains: new Map(withLinks), bodyLimit, nextCode, unproven };
}

/** A body of {@link sendCommand}; a field set to undefined is left out. */
export function aSendBody(fields: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({ callbackCommand: sendCommand, sendID: "u1", ...fields });
}

/** How a callback is posted. */
export interface PostParts {
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;
}

/** Posts a callback; what a test does not care for is that of a message about to be sent. */
export async function post(
  { url }: CallbackServer,
  { path = `/${sendCommand}`, method = "POST", headers = {}, body = aSendBody() }: PostParts = {},
) {
  const response = await fetch(url + path, {
    method,
    headers: { "content-type": "application/json; charset=utf-8", ...headers },
    body: method === "GET" ? null : body,
  });
  return {
    status: response.status,
    headers: response.headers,
    body: await response.text(),
  };
}

/** That an answer turns a request away in words that OpenIM of every version decodes. */
export function assertTurnedAway(
  answer: { readonly status: number; readonly headers: Headers; readonly body: string },
  status: number,
  errCode: number,
): void {
  assertEquals(answer.status, status);
  assertEquals(answer.headers.get("content-type"), "application/json");
  for (const era of eras) goDecode(answer.body, era);
  const { errMsg, errDlt, ...codes } = JSON.parse(answer.body);
  assertEquals(codes, { actionCode: 1, errCode, nextCode: 0 });
  assertEquals([typeof errMsg, typeof errDlt], ["string", "string"]);
}

/** The answer to a callback about which there is nothing to say. */
export const plainAnswer =
  '{"actionCode":0,"errCode":0,"errMsg":"Success","errDlt":"","nextCode":0}';
