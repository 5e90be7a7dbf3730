/** One callback of OpenIM, decoded and checked; what rules and plugins are handed. */
export interface Callback<Request = Readonly<Record<string, unknown>>> {
  /** The newest name of the command, whatever name the server called it by. */
  readonly command: string;
  /** The name in the request: the command itself or one of its aliases. */
  readonly calledAs: string;
  /** OpenIM's trace ID from the header or the body, else one made here; safe in a header. */
  readonly operationID: string;
  /** The body's fields, checked by the plugin's schema; fields it does not name are kept. */
  readonly request: Request;
  /**
   * The body's original text. Its UTF-8 is the bytes that came, digit for digit, and what is
   * forwarded when nothing reshapes it.
   */
  readonly text: string;
  /** When the callback was decoded, epoch milliseconds. */
  readonly receivedAt: number;
  /** How the calling server reads an answer: version 2 refuses differently from version 3. */
  readonly dialect: Dialect;
}

/** A callback that says nothing, for an expression that reads nothing. */
export function emptyCallback(): Callback {
  return {
    command: "",
    calledAs: "",
    operationID: "",
    request: {},
    text: "{}",
    receivedAt: 0,
    dialect: "v3",
  };
}

/**
 * The two ways in which OpenIM servers read a refusal. Version 2 means 2.1 to 2.3: 2.0 refuses
 * with an `errCode` of 0 alone, which no later version takes for a refusal.
 */
export type Dialect = "v2" | "v3";
