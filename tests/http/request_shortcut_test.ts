import { assertEquals } from "@std/assert";
import { headerOf, textAtHand } from "../../src/http/request_shortcut.ts";
import { type RawRequest, sendRaw } from "./raw_request.ts";

/** What a handler sees of a request that a server has taken in. */
async function seen<Seen>(raw: RawRequest, see: (request: Request) => Seen): Promise<Seen> {
  const seen = Promise.withResolvers<Seen>();
  await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    seen.resolve(see(request));
    return new Response();
  });
  await sendRaw(server.addr.port, raw);
  return seen.promise;
}

const headers = ["operationID: 1754300000123", "Accept: a", "Accept: b", "X-Name: \xe9", "Empty:"];

for (
  const [name, value] of [
    ["operationid", "1754300000123"],
    ["OperationID", "1754300000123"],
    ["accept", "a, b"],
    ["x-name", "\u00c3\u00a9"],
    ["empty", ""],
    ["not-there", null],
    ["host", "router"],
  ] as const
) {
  Deno.test(`the header ${name} of a served request is what request.headers says`, async () => {
    const [short, published] = await seen(
      { headers },
      // a copy is not read by the same way
      (request) => [headerOf(request, name), new Headers([...request.headers]).get(name)],
    );
    assertEquals([short, published], [value, value]);
  });
}

Deno.test("a header of a request that was made by hand is read", () => {
  const request = new Request("http://router/", { headers: [["a", "1"], ["a", "2"]] });
  assertEquals(headerOf(request, "a"), "1, 2");
  assertEquals(headerOf(request, "b"), null);
});

Deno.test("a look at a header does not make Deno copy all of them", async () => {
  const copied = await seen({ headers }, (request) => {
    const copied = () =>
      Object.getOwnPropertySymbols(request).some((symbol) =>
        symbol.description === "headers cache" && Reflect.get(request, symbol) !== undefined
      );
    headerOf(request, "operationid");
    const before = copied();
    request.headers.get("operationid");
    return [before, copied()];
  });
  assertEquals(copied, [false, true]);
});

Deno.test("a body that has come with its head is taken once", async () => {
  const request = { headers: ["Content-Length: 5"], body: "a€b" };
  assertEquals(await seen(request, (it) => [textAtHand(it), textAtHand(it)]), ["a€b", null]);
});

Deno.test("a body that has not come whole is not at hand", async () => {
  const whole = Promise.withResolvers<string>();
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    async (request) => {
      const text = textAtHand(request);
      connection.write(new TextEncoder().encode("rest"));
      whole.resolve(`${text}, ${await request.text()}`);
      return new Response();
    },
  );
  using connection = await Deno.connect({ hostname: "127.0.0.1", port: server.addr.port });
  const head = "POST / HTTP/1.1\r\nHost: router\r\nConnection: close\r\nContent-Length: 8\r\n\r\n";
  await connection.write(new TextEncoder().encode(`${head}half`));
  assertEquals(await whole.promise, "null, halfrest");
});

Deno.test("the body of a request that was made by hand has to be waited for", async () => {
  const request = new Request("http://router/", { method: "POST", body: "{}" });
  assertEquals(textAtHand(request), null);
  assertEquals(await request.text(), "{}");
});
