/**
 * From an HTTP request to a {@link Callback}: which command it is, who traces it, what it says.
 *
 * OpenIM names the command in the path's last segment (3.4.2 and later), in `?command=` (3.0 to
 * 3.4) or only in the body (2.x); all three are read, and have to agree.
 *
 * @module
 */
import type { z } from "zod";
import { type AnswerDuties, applyDuties } from "./answer_duties.ts";
import type { Callback, Dialect } from "./callback.ts";
import { describeBrokenJson } from "./json_problem.ts";
import { issueWords } from "./issue_words.ts";
import { RequestError } from "./request_error.ts";
import type { CommandPlace } from "./version_watch.ts";
import { isWithin } from "./versions.ts";
import { isObject } from "./exact_json.ts";

/** The parts of an HTTP request that say which callback it is. */
export interface IncomingRequest {
  /** The URL's path, percent-encoded as it came. */
  readonly path: string;
  /** The value of the query parameter `command`, decoded. */
  readonly commandParameter: string | undefined;
  /** A header's value: `operationID`, which 3.7 and later may send empty, and `Connection`. */
  header(name: string): string | undefined;
  /** The body's text, of which the UTF-8 is the bytes that came. */
  readonly body: string;
}

/** What decoding needs to know of a command. */
export interface KnownCommand extends AnswerDuties {
  readonly command: string;
  readonly request: z.ZodType;
}

/** Decodes and checks one request; throws a {@link RequestError} for what is no known callback. */
export type Decode<Known extends KnownCommand> = (
  incoming: IncomingRequest,
) => {
  readonly callback: Callback;
  readonly known: Known;
  /** Where the request names its command first. */
  readonly place: CommandPlace;
};

/** What decoding is handed, so that it depends on no registry, clock or source of randomness. */
export interface DecodeContext<Known extends KnownCommand> {
  /** Finds a command by its canonical name or an alias. */
  find(name: string): Known | undefined;
  /** The nearest known name, for a hint. */
  suggest(name: string): string | undefined;
  /** A fresh trace ID. */
  newOperationID(): string;
  /** Epoch milliseconds. */
  now(): number;
  /** The version of the servers that call, if it is known. */
  readonly version?: string | undefined;
}

/** Makes what decodes requests. */
export function createDecoder<Known extends KnownCommand>(
  context: DecodeContext<Known>,
): Decode<Known> {
  return (incoming) => decode(incoming, context);
}

function decode<Known extends KnownCommand>(
  incoming: IncomingRequest,
  context: DecodeContext<Known>,
): ReturnType<Decode<Known>> {
  const headerID = traceable(incoming.header("operationid"));
  const fields = parseBody(incoming.body, headerID);
  const operationID = headerID ?? traceable(fields.operationID) ?? context.newOperationID();

  const named = {
    path: commandIn(incoming.path, context),
    query: incoming.commandParameter || undefined,
    body: commandField(fields, operationID),
  };
  const { known, calledAs, place } = agree(named, operationID, context);

  const checked = known.request.safeParse(fields);
  if (!checked.success) {
    const { issues } = checked.error;
    const source = { request: fields, text: incoming.body };
    const { fields: echo } = applyDuties({}, source, {
      guards: {},
      echo: soundNames(known, issues),
    });
    const { command } = known;
    throw new RequestError("invalidField", describeIssues(issues), { operationID, command, echo });
  }
  const request = checked.data as Record<string, unknown>;
  const { command } = known;
  const dialect = dialectOf(incoming, named, context.version);
  const receivedAt = context.now();
  const text = incoming.body;
  const callback = { command, calledAs, operationID, request, text, receivedAt, dialect };
  return { callback, known, place };
}

/**
 * The fields to echo of a body in which something is not as expected. What is wrong itself is left
 * out: no server decodes it, and it may be nested too deeply to be written again.
 */
function soundNames(
  { echo }: KnownCommand,
  issues: readonly z.core.$ZodIssue[],
): readonly string[] {
  const wrong = new Set(issues.map(({ path }) => path[0]));
  return echo.filter((field) => !wrong.has(field));
}

function parseBody(
  body: string,
  operationID: string | undefined,
): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    const reason = body === "" ? "the body is empty" : describeBrokenJson(body);
    throw new RequestError("malformed", reason, { operationID });
  }
  if (isObject(value)) return value;
  throw new RequestError("malformed", "the body has to be a JSON object", { operationID });
}

function commandField(
  { callbackCommand: command }: Readonly<Record<string, unknown>>,
  operationID: string,
): string | undefined {
  if (command === undefined || command === "") return undefined;
  if (typeof command === "string") return command;
  throw new RequestError("invalidField", "callbackCommand: expected a string", { operationID });
}

interface NamedCommands {
  readonly path: string | undefined;
  readonly query: string | undefined;
  readonly body: string | undefined;
}

const places = ["path", "query", "body"] as const;

function agree<Known extends KnownCommand>(
  named: NamedCommands,
  operationID: string,
  context: DecodeContext<Known>,
): { readonly known: Known; readonly calledAs: string; readonly place: CommandPlace } {
  let agreed: { known: Known; calledAs: string; place: CommandPlace } | undefined;
  for (const place of places) {
    const name = named[place];
    if (name === undefined || name === agreed?.calledAs) continue;
    const known = context.find(name);
    if (known === undefined) {
      const nearest = context.suggest(name);
      const hint = nearest === undefined ? "" : `, did you mean "${nearest}"?`;
      throw new RequestError(
        "unknownCommand",
        `the ${place} names "${short(name)}", for which there is no plugin${hint}`,
        { operationID },
      );
    }
    if (agreed !== undefined && agreed.known !== known) {
      throw new RequestError(
        "commandMismatch",
        `the ${agreed.place} names "${agreed.calledAs}", the ${place} "${short(name)}"`,
        { operationID, command: agreed.known.command },
      );
    }
    agreed ??= { known, calledAs: name, place };
  }
  if (agreed === undefined) {
    throw new RequestError(
      "malformed",
      'no command: name one, such as "callbackAfterUserOnlineCommand", in the path\'s last ' +
        'segment, in "?command=" or in "callbackCommand"',
      { operationID },
    );
  }
  return agreed;
}

/** A name for a message, which is not to grow with what was sent. */
function short(name: string): string {
  return name.length <= 100 ? name : `${name.slice(0, 100)}...`;
}

/**
 * The path's last non-empty segment, decoded. Trailing and doubled slashes come from an OpenIM
 * `url` that ends in a slash.
 */
function lastSegment(path: string): string | undefined {
  const segment = path.split("/").findLast((part) => part !== "");
  if (segment === undefined) return undefined;
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/**
 * The canonical name of the command that a request names in its URL, for one that gets no further
 * than that; undefined if it names none that is known.
 */
export function commandInURL(
  { path, commandParameter = "" }: Pick<IncomingRequest, "path" | "commandParameter">,
  find: DecodeContext<KnownCommand>["find"],
): string | undefined {
  return (find(lastSegment(path) ?? "") ?? find(commandParameter))?.command;
}

/**
 * The command that a path names: its last segment if that is a known name, or one formed like
 * OpenIM's own. Anything else is a prefix, such as the `callbackExample` of OpenIM's default URL.
 */
function commandIn(path: string, context: DecodeContext<KnownCommand>): string | undefined {
  const segment = lastSegment(path);
  if (segment === undefined) return undefined;
  // two patterns: in one, each "Command" of a long path would be tried with all that follows it
  const formed = /^callback\w*$/i.test(segment) && /Command/i.test(segment);
  const named = formed || context.find(segment) !== undefined;
  return named ? segment : undefined;
}

/**
 * A trace ID that may travel in a header and stand on a log line, else undefined: IDs come from
 * clients, and a line break in one would forge headers and log lines.
 */
export function traceable(value: unknown): string | undefined {
  if (typeof value !== "string" || value.length > 256) return undefined;
  return visibleText.test(value) ? value : undefined;
}

/** Visible characters of ASCII, and blanks between them: HTTP cuts blanks off a value's ends. */
const visibleText = /^[!-~](?:[ -~]*[!-~])?$/;

/**
 * Version 2 puts the command in the body alone, sends no operationID header and closes the
 * connection. A proxy may change the headers; they do not count if the version is known.
 */
function dialectOf(
  incoming: IncomingRequest,
  named: NamedCommands,
  version: string | undefined,
): Dialect {
  if (named.path !== undefined || named.query !== undefined) return "v3";
  const isKnown = version !== undefined && isWithin(version, { before: "v3.0.0-alpha.0" });
  const seems = incoming.header("operationid") === undefined &&
    incoming.header("connection")?.toLowerCase() === "close";
  return isKnown || seems ? "v2" : "v3";
}

function describeIssues(issues: readonly z.core.$ZodIssue[]): string {
  return issues
    .slice(0, 5)
    .map((issue) => `${issue.path.join(".") || "body"}: ${issueWords(issue)}`)
    .join("; ");
}
