import type { Context, ErrorHandler } from "hono";
import { getPath, getQueryParam } from "hono/utils/url";
import { echoed } from "../openim/answer_duties.ts";
import { commandInURL, traceable } from "../openim/decode.ts";
import { encodeRefusedRequest, encodeRequestError, type NextCodeStyle } from "../openim/encode.ts";
import { RequestError, type RequestProblem } from "../openim/request_error.ts";
import { CallerError } from "./auth/caller_error.ts";
import type { CallbackAppContext, CallbackEnv } from "./callback_env.ts";
import { acceptedCodings } from "./content_coding.ts";

type AppContext = Context<CallbackEnv>;

/** Makes an answer of whatever a middleware threw. */
export function turnAway(
  { auth, events, newOperationID }: CallbackAppContext,
): ErrorHandler<CallbackEnv> {
  return (thrown, c) => {
    const { rules, request, peer } = c.var;
    const error = thrown instanceof RequestError
      ? thrown
      : new RequestError("internal", "see the router's log", { cause: thrown, ...owedOf(c) });
    // a request that got no further than its head is traced by its header
    const operationID = error.operationID ?? traceable(c.req.header("operationid") ?? null) ??
      newOperationID();
    // of its path as it came only the name of a known command is shown
    const path = getPath({ url: request.url } as Request);
    const named = { path, commandParameter: commandParameter(request.url) };
    const command = error.command ?? commandInURL(named, rules.registry.find);
    const refused = error instanceof CallerError && refusesUnproven(c, command);
    // a proxy may put a page of its own in place of an answer that is not 200
    const status = refused ? 200 : error.status;
    events.turnedAway(error, {
      path: auth.shownPath(request),
      operationID,
      command,
      ...(refused ? { status } : {}),
      caller: auth.callerOf(request, peer),
      ...(error instanceof CallerError ? { reason: error.reason } : {}),
    });
    const body = (refused ? encodeRefusedRequest : encodeRequestError)(error, rules.nextCode);
    return respond({ status, body, operationID, headers: headersFor(error.problem) });
  };
}

/** Whether a request without proof is refused: only a before-callback can be. */
function refusesUnproven(c: AppContext, command: string | undefined): boolean {
  const { unproven, registry } = c.var.rules;
  if (unproven !== "refuse" || c.req.method !== "POST" || command === undefined) return false;
  return registry.find(command)?.timing === "before";
}

/** What is known of a callback that gets no verdict, and what its answer has to return of it. */
export function owedOf(c: AppContext) {
  const { callback, chain } = c.var as Partial<CallbackEnv["Variables"]>;
  if (callback === undefined || chain === undefined) return {};
  const { command, operationID } = callback;
  return { command, operationID, echo: echoed(chain.duties.echo, callback) };
}

function headersFor(problem: RequestProblem): Readonly<Record<string, string>> {
  if (problem === "wrongMethod") return { allow: "POST" };
  return problem === "unknownCoding" ? { "accept-encoding": acceptedCodings } : {};
}

/** Answers a request. */
export function respond(
  { status, body, operationID, headers = {} }: {
    readonly status: number;
    readonly body: string;
    readonly operationID: string;
    readonly headers?: Readonly<Record<string, string>>;
  },
): Response {
  return new Response(body, { status, headers: { ...headersOf(operationID), ...headers } });
}

function headersOf(operationID: string) {
  return { "content-type": "application/json", operationid: operationID };
}

/** The answer to what never comes to the app, as a server sends it. */
export function refusal(
  error: RequestError,
  { nextCode, operationID }: {
    readonly nextCode: NextCodeStyle;
    readonly operationID: string;
  },
) {
  const body = encodeRequestError(error, nextCode);
  const headers = { ...headersOf(operationID), ...headersFor(error.problem) };
  return { status: error.status, headers, body };
}

/** The value of `?command=`; most URLs have no query. */
export function commandParameter(url: string): string | undefined {
  return url.includes("?") ? getQueryParam(url, "command") as string | undefined : undefined;
}
