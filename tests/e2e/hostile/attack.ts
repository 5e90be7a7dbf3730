import { groupRead } from "../../support/router_process.ts";

/** Everything that the router is known to be attacked with, by what it tries. */
export type AttackKind =
  | "slow bodies"
  | "endless heads"
  | "half-open connections"
  | "pipelining"
  | "bodies that are not UTF-8"
  | "nested JSON"
  | "keys like __proto__"
  | "numbers like 1e999"
  | "duplicate keys"
  | "compressed bodies"
  | "wrong content types"
  | "request smuggling"
  | "other protocols and methods";

/** What comes back: an answer that OpenIM decodes, by its HTTP status, or the connection's end. */
export type Answer = number | "closed";

/** One attack, and what has to come of it. */
export interface Attack {
  readonly kind: AttackKind;
  readonly what: string;
  readonly bytes: Uint8Array;
  /** What is sent behind it every few milliseconds, for as long as the router takes it. */
  readonly drip?: Uint8Array;
  /** The caller says that it will send no more, as one that has half hung up. */
  readonly hangsUp?: true;
  /** Everything that comes back, in order. */
  readonly answers: readonly Answer[];
  /** What comes back as well, where it depends on which of two things is noticed first. */
  readonly orElse?: readonly Answer[];
}

/** The attacks of one kind. */
export function attacksOf(
  kind: AttackKind,
  attacks: Readonly<Record<string, Omit<Attack, "kind" | "what">>>,
): readonly Attack[] {
  return Object.entries(attacks).map(([what, attack]) => ({ kind, what, ...attack }));
}

const utf8 = new TextEncoder();

/** The bytes of a text. */
export const bytesOf = (text: string): Uint8Array => utf8.encode(text);

/** Several pieces of bytes as one. */
export const joined = (...parts: readonly Uint8Array[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => [...part]));

/** The header line of a callback's body. */
export const json = "Content-Type: application/json";

/** A callback's first line. */
export const firstLine = `POST /callbackExample/${groupRead} HTTP/1.1\r\nHost: router\r\n`;
