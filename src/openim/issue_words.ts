import type { z } from "zod";

/** Zod's names of types that JSON does not know. */
const typeNames: Readonly<Record<string, string>> = {
  int: "whole number",
  record: "object",
  tuple: "array",
  map: "object",
};

/** What is wrong with one value, in our words: zod's own speak of its "input". */
export function issueWords(issue: z.core.$ZodIssue): string {
  const own = ownWords(issue.message);
  if (own !== undefined && issue.code !== "invalid_key") return own;
  switch (issue.code) {
    case "invalid_type":
      return typeWords(issue);
    case "invalid_value":
      return `expected ${issue.values.map((value) => JSON.stringify(value)).join(" or ")}`;
    case "too_small":
      return bound(issue.origin, issue.minimum, "at least", issue.inclusive ?? true);
    case "too_big":
      return bound(issue.origin, issue.maximum, "at most", issue.inclusive ?? true);
    case "not_multiple_of":
      return `expected a multiple of ${issue.divisor}`;
    case "invalid_format":
      return `expected ${formats[issue.format] ?? `a text of the form "${issue.format}"`}`;
    case "unrecognized_keys":
      return `unknown field "${issue.keys.join('", "')}"`;
    case "invalid_key":
      return `the name is not allowed: ${firstOf(issue.issues)}`;
    case "invalid_element":
      return `an item is not as expected: ${firstOf(issue.issues)}`;
    case "invalid_union": {
      const forms = issue.errors.flatMap(([first]) => first === undefined ? [] : issueWords(first));
      return [...new Set(forms)].join(", or ") || "not as expected";
    }
    default:
      return "not as expected";
  }
}

/** A message that a schema gives itself; undefined for zod's own. */
function ownWords(message: string): string | undefined {
  return /^(?:Invalid |Too (?:small|big): |Unrecognized key)/.test(message) ? undefined : message;
}

function firstOf([issue]: readonly z.core.$ZodIssue[]): string {
  return issue === undefined ? "not as expected" : issueWords(issue);
}

/** Zod's name of the type that a value has; undefined if the value is missing, too. */
export function receivedType({ message }: z.core.$ZodIssueInvalidType): string | undefined {
  const [, received] = /^Invalid input: .*received (\w+)/.exec(message) ?? [];
  return received === "undefined" ? undefined : received;
}

function typeWords(issue: z.core.$ZodIssueInvalidType): string {
  const { expected, message } = issue;
  const wanted = typeNames[expected] ?? expected;
  if (message.endsWith("received undefined")) return `is missing; expected ${wanted}`;
  const got = receivedType(issue);
  return got === undefined
    ? `expected ${wanted}`
    : `expected ${wanted}, got ${foundName(got, expected)}`;
}

/** What a value is found to be, if the name of its type would say too little. */
function foundName(type: string, expected: string): string {
  if (type === "bigint") return "a number beyond 2^53";
  return type === "number" && expected === "int" ? "a fraction" : type;
}

const units: Readonly<Record<string, string>> = {
  array: "items",
  map: "items",
  object: "fields",
  set: "items",
  string: "characters",
};

function bound(origin: string, limit: number | bigint, side: string, inclusive: boolean): string {
  const unit = units[origin];
  if (unit === undefined) {
    const words = inclusive ? side : side === "at least" ? "more than" : "less than";
    return `expected a number of ${words} ${limit}`;
  }
  if (side === "at least" && Number(limit) === 1) return "is empty";
  const plural = Number(limit) === 1 ? unit.replace(/s$/, "") : unit;
  return `expected ${side} ${limit} ${plural}`;
}

const formats: Readonly<Record<string, string>> = {
  base64: "base64",
  date: "a date such as 2026-01-31",
  datetime: "a time such as 2026-01-31T08:00:00Z",
  email: "an e-mail address",
  ends_with: "another ending",
  includes: "a text that holds another",
  ipv4: "an IPv4 address",
  ipv6: "an IPv6 address",
  json_string: "a JSON text",
  lowercase: "small letters",
  regex: "a text of another form",
  starts_with: "another beginning",
  time: "a time such as 08:00:00",
  uppercase: "capital letters",
  url: "a URL",
  uuid: "a UUID",
};
