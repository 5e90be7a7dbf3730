import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { DeliveryError } from "../../src/delivery/delivery_error.ts";
import type { Target } from "../../src/delivery/target.ts";
import { startTarget, type TargetServer } from "../support/target_server.ts";
import { aDelivery, aTarget } from "./builders.ts";
import { postOnce } from "./posting.ts";

/** A target that sends everything elsewhere. */
const sending = (location: string, status = 307): TargetServer =>
  startTarget(() => new Response("elsewhere", { status, headers: { location } }));

const failed = (target: Partial<Target>) =>
  assertRejects(() => postOnce(aTarget(target)), DeliveryError);

for (const status of [307, 308]) {
  Deno.test(`a ${status} is followed where the target allows it, with method and body`, async () => {
    await using elsewhere = startTarget(() => new Response("taken"));
    await using server = sending(`${elsewhere.url}hooks?a=b`, status);
    const delivery = aDelivery({ body: '{"n":9007199254740993}' });
    const answer = await postOnce(aTarget({ url: server.url, redirects: 1 }), { delivery });
    assertEquals(answer, { status: 200, text: "taken" });
    const [{ method, path, text } = {}] = elsewhere.received;
    assertEquals([method, path, text], ["POST", "/hooks", delivery.body]);
  });
}

for (const status of [301, 302, 303]) {
  Deno.test(`a ${status} is never followed, since it loses the body`, async () => {
    await using elsewhere = startTarget();
    await using server = sending(elsewhere.url, status);
    const error = await failed({ url: server.url, redirects: 5 });
    assertEquals([error.status, error.retryable], [status, false]);
    assertStringIncludes(error.message, "loses the body");
    assertEquals(elsewhere.received.length, 0);
  });
}

Deno.test("no more redirects are followed than the target allows", async () => {
  await using server = startTarget(({ path }) =>
    new Response(null, { status: 307, headers: { location: `${path}x` } })
  );
  const error = await failed({ url: server.url, redirects: 2 });
  assertStringIncludes(error.message, "redirects are not followed beyond");
  assertEquals(server.received.map(({ path }) => path), ["/", "/x", "/xx"]);
});

Deno.test("elsewhere gets no header of the rules file, and nothing that proves who sends", async () => {
  await using elsewhere = startTarget();
  await using server = sending(elsewhere.url);
  const target = aTarget({
    url: server.url,
    redirects: 1,
    headers: { "x-key": "hush" },
    auth: { authorization: "Bearer hush" },
  });
  await postOnce(target, { delivery: aDelivery({ headers: { "x-rule": "hush" } }) });
  const names = ["x-key", "authorization", "x-rule"];
  const sent = ({ received: [request] }: TargetServer) =>
    names.map((name) => request!.headers.has(name));
  assertEquals([sent(server), sent(elsewhere)], [[true, true, true], [false, false, false]]);
});

Deno.test("the same host gets all headers again after a redirect", async () => {
  await using server = startTarget(({ path }) =>
    path === "/"
      ? new Response(null, { status: 308, headers: { location: "/hooks" } })
      : new Response()
  );
  const auth = { authorization: "Bearer hush" };
  await postOnce(aTarget({ url: server.url, redirects: 1, auth }));
  assertEquals(
    server.received.map(({ headers }) => headers.get("authorization")),
    ["Bearer hush", "Bearer hush"],
  );
});

for (const location of ["", "http://", "ftp://elsewhere.example/", "file:///etc/passwd"]) {
  Deno.test(`a redirect to "${location}" is a failure that stays`, async () => {
    await using server = startTarget(() =>
      new Response(null, { status: 307, headers: location === "" ? {} : { location } })
    );
    const error = await failed({ url: server.url, redirects: 3 });
    assertEquals([error.retryable, error.status, server.received.length], [false, 307, 1]);
  });
}
