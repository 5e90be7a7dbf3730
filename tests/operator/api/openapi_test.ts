import { assert, assertEquals } from "@std/assert";
import { Validator } from "@seriousme/openapi-schema-validator";
import type { OperatorDeliveries } from "../../../src/operator/api/operator_deliveries.ts";
import { serveOperator } from "./operator_server.ts";

const nothingHeld: OperatorDeliveries = {
  list: () => Promise.resolve({ deliveries: [], next: undefined }),
  show: () => Promise.resolve(undefined),
  retry: () => Promise.resolve({ count: 0, first: [] }),
  drop: () => Promise.resolve({ count: 0, first: [] }),
};
const everything = {
  deliveries: nothingHeld,
  reload: () => Promise.resolve(undefined),
};

interface Operation {
  readonly summary?: string;
  readonly responses: Readonly<Record<string, unknown>>;
}

Deno.test("the OpenAPI document is a valid one, with a token and without", async () => {
  for (const token of [undefined, "a-token-of-enough-length"]) {
    await using server = serveOperator({ ...everything, token });
    const headers: HeadersInit = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const { body } = await server.get("/api/openapi.json", { headers });
    const validator = new Validator();
    const { valid, errors } = await validator.validate(structuredClone(body));
    assert(valid, JSON.stringify(errors));
    assertEquals(validator.version, "3.1");
    assertEquals(body.security, token === undefined ? [] : [{ token: [] }]);
  }
});

Deno.test("the document has every page under /api, each with a summary, and no other", async () => {
  await using server = serveOperator(everything);
  const paths: Readonly<Record<string, Readonly<Record<string, Operation>>>> =
    (await server.get("/api/openapi.json")).body.paths;
  const pages = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, { summary }]) => {
      assert(summary, path);
      return `${method} ${path}`;
    })
  );
  assertEquals(pages.sort(), [
    "get /api/callbacks",
    "get /api/commands",
    "get /api/commands/{command}",
    "get /api/counters",
    "get /api/counters/{name}",
    "get /api/counters/{name}/key",
    "get /api/deliveries",
    "get /api/deliveries/{id}",
    "get /api/rules",
    "get /api/targets",
    "post /api/deliveries/drop",
    "post /api/deliveries/retry",
    "post /api/deliveries/{id}/drop",
    "post /api/deliveries/{id}/retry",
    "post /api/reload",
    "post /api/targets/{name}/resume",
  ]);
});

Deno.test("every page answers with a status that the document names", async () => {
  await using server = serveOperator(everything);
  const { paths } = (await server.get("/api/openapi.json")).body;
  for (const [path, operations] of Object.entries<Record<string, Operation>>(paths)) {
    for (const [method, { responses }] of Object.entries(operations)) {
      const { status } = await server.get(path.replaceAll(/[{}]/g, ""), {
        method: method.toUpperCase(),
      });
      assert(Object.hasOwn(responses, status), `${method} ${path}: ${status}`);
    }
  }
});
