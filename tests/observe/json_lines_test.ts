import { assertEquals } from "@std/assert";
import { formatJsonLine } from "../../src/observe/json_lines.ts";

const line = (properties: Record<string, unknown>) =>
  formatJsonLine({
    category: ["router", "rules"],
    level: "warning",
    message: ["callback"],
    rawMessage: "callback",
    timestamp: 1_754_300_000_000,
    properties,
  });

const properties = (given: Record<string, unknown>) => {
  const { "@timestamp": _time, level: _level, message: _message, logger: _logger, ...rest } = JSON
    .parse(line(given));
  return rest;
};

Deno.test("a record becomes a line of JSON", () => {
  assertEquals(
    line({ operationID: "op1", count: 2 }),
    '{"@timestamp":"2025-08-04T09:33:20.000Z","level":"WARN","message":"callback",' +
      '"logger":"router.rules","operationID":"op1","count":2}\n',
  );
});

const circle: Record<string, unknown> = {};
circle.circle = circle;

/** An error whose stack is no text, as a plugin's may be. */
const oddError = new Error("odd");
Object.defineProperty(oddError, "stack", { value: oddError });

for (
  const [name, value] of [
    ["a circle", circle],
    [
      "an error that cannot be read",
      Object.defineProperty(new Error("odd"), "stack", {
        get() {
          throw new Error("no");
        },
      }),
    ],
    ["an object that cannot be read", {
      toJSON() {
        throw new Error("no");
      },
      get [Symbol.toStringTag](): string {
        throw new Error("no");
      },
    }],
  ] as const
) {
  Deno.test(`${name} is told of in its place, and the others are written`, () => {
    assertEquals(properties({ before: 1, value, after: 2 }), {
      before: 1,
      value: "something that cannot be written as JSON: object",
      after: 2,
    });
  });
}

Deno.test("an error is written with its stack, or with its message where that is no text", () => {
  const error = new RangeError("too far");
  assertEquals(properties({ error }), { error: error.stack });
  assertEquals(properties({ error: oddError }), { error: "odd" });
});
