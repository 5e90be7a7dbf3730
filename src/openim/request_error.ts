/** Why a request is not a callback that the router can take. */
export type RequestProblem = keyof typeof requestProblems;

/**
 * Every reason to turn a request away, with its HTTP status, the `errCode` of the answer and the
 * `errMsg`. The statuses are for people and proxies: OpenIM looks at the body alone.
 */
export const requestProblems = {
  malformed: { status: 400, code: 5400, message: "the body is not a callback" },
  noProof: { status: 401, code: 5401, message: "the caller has not proven who it is" },
  forbidden: { status: 403, code: 5403, message: "the caller may not call" },
  unknownCommand: { status: 404, code: 5404, message: "unknown callback command" },
  wrongMethod: { status: 405, code: 5405, message: "callbacks are sent with POST" },
  commandMismatch: { status: 409, code: 5409, message: "URL and body name different commands" },
  tooLarge: { status: 413, code: 5413, message: "the body is too large" },
  notJson: { status: 415, code: 5415, message: "callbacks are sent as application/json" },
  unknownCoding: {
    status: 415,
    code: 5416,
    message: "bodies are plain, or compressed with gzip or deflate",
  },
  invalidField: { status: 422, code: 5422, message: "a field of the body is not as expected" },
  headTooLarge: { status: 431, code: 5431, message: "the head is too large" },
  internal: { status: 500, code: 5500, message: "the router failed" },
  busy: { status: 503, code: 5529, message: "the router has too many callbacks at once" },
} as const satisfies Record<string, { status: number; code: number; message: string }>;

/**
 * The longest detail, characters: it may repeat what was sent, such as a method or a content type,
 * and is not to grow with it.
 */
const longestDetail = 500;

/** A request that is turned away before any rule runs. */
export class RequestError extends Error {
  override readonly name = "RequestError";
  readonly problem: RequestProblem;
  /** The place and the reason, for `errDlt`. */
  readonly detail: string;
  /** The trace ID, if the request got far enough to have one. */
  readonly operationID: string | undefined;
  /** The canonical name of the command, if it is known already. */
  readonly command: string | undefined;
  /** What the answer has to return of the request although no rule ran; see `answer_duties.ts`. */
  readonly echo: Readonly<Record<string, unknown>>;

  constructor(
    problem: RequestProblem,
    detail: string,
    options: {
      operationID?: string | undefined;
      command?: string | undefined;
      echo?: Readonly<Record<string, unknown>>;
      cause?: unknown;
    } = {},
  ) {
    const shown = detail.length <= longestDetail ? detail : `${detail.slice(0, longestDetail)}...`;
    super(`${requestProblems[problem].message}: ${shown}`, { cause: options.cause });
    this.problem = problem;
    this.detail = shown;
    this.operationID = options.operationID;
    this.command = options.command;
    this.echo = options.echo ?? {};
  }

  /** The fitting HTTP status. */
  get status(): number {
    return requestProblems[this.problem].status;
  }

  /** The `errCode` of the answer. */
  get code(): number {
    return requestProblems[this.problem].code;
  }
}
