/**
 * Targets that are not who or where they seem: certificates that do not verify, redirects inward.
 * Names that change between two look-ups are in `tests/delivery/address_guard_test.ts`.
 *
 * @module
 */
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { AddressError, type Resolve } from "../../src/delivery/address_guard.ts";
import { TargetConnections } from "../../src/delivery/target_connections.ts";
import { DeliveryError } from "../../src/delivery/delivery_error.ts";
import { createPost } from "../../src/delivery/post.ts";
import { answerCondition } from "../../src/expressions/answer_condition.ts";
import type { Target } from "../../src/delivery/target.ts";
import { aDelivery, aTarget } from "../delivery/builders.ts";
import { postOnce } from "../delivery/posting.ts";
import { certificates } from "../support/certificates.ts";
import { startTarget } from "../support/target_server.ts";
import { tempFolder } from "../support/temp_folder.ts";

const here: Resolve = () => Promise.resolve([{ address: "127.0.0.1", family: 4 }]);

const failed = (target: Partial<Target>) =>
  assertRejects(() => postOnce(aTarget(target), { resolve: here }), DeliveryError);

/** A server with a certificate of its own authority, and that authority's file. */
async function secureTarget({ expired = false } = {}) {
  const { ca, ...tls } = await certificates({ expired });
  const folder = await tempFolder();
  const server = startTarget(() => new Response("taken"), { tls });
  return {
    server,
    ca: await folder.write("ca.pem", ca),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

Deno.test("a certificate of an unknown authority is a failure, and nothing is sent", async () => {
  await using target = await secureTarget();
  const error = await failed({ url: target.server.url });
  assertEquals(error.retryable, true);
  assertStringIncludes(error.message, "unable to verify the first certificate");
  assertEquals(target.server.received.length, 0);
});

Deno.test("a certificate of the target's own authority is taken", async () => {
  await using target = await secureTarget();
  const { ca, server } = target;
  assertEquals((await postOnce(aTarget({ url: server.url, ca }))).text, "taken");
});

Deno.test("an authority of one target is none of another's", async () => {
  await using trusted = await secureTarget();
  await using other = await secureTarget();
  const error = await failed({ url: other.server.url, ca: trusted.ca });
  assertEquals([error.retryable, other.server.received.length], [true, 0]);
});

Deno.test("a certificate for another name is a failure, and nothing is sent", async () => {
  await using target = await secureTarget();
  const { ca, server } = target;
  const error = await failed({ url: `https://other.example:${server.port}/`, ca });
  assertStringIncludes(error.message, "other.example");
  assertEquals(server.received.length, 0);
});

Deno.test("a certificate that has expired is a failure, and nothing is sent", async () => {
  await using target = await secureTarget({ expired: true });
  const { ca, server } = target;
  const error = await failed({ url: server.url, ca });
  assertStringIncludes(error.message, "certificate");
  assertEquals(server.received.length, 0);
});

Deno.test("a redirect to another authority's server is checked like the first", async () => {
  await using target = await secureTarget();
  await using inside = await secureTarget();
  await using first = startTarget(
    () => new Response(null, { status: 307, headers: { location: inside.server.url } }),
  );
  const error = await failed({ url: first.url, redirects: 1, ca: target.ca });
  assertEquals([error.retryable, inside.server.received.length], [true, 0]);
});

Deno.test("a redirect from https to http is not followed", async () => {
  await using plain = startTarget();
  const { ca, ...tls } = await certificates();
  await using folder = await tempFolder();
  await using secure = startTarget(
    () => new Response(null, { status: 307, headers: { location: plain.url } }),
    { tls },
  );
  const file = await folder.write("ca.pem", ca);
  const error = await failed({ url: secure.url, redirects: 1, ca: file });
  assertStringIncludes(error.message, "from https to http");
  assertEquals([error.retryable, plain.received.length], [false, 0]);
});

/**
 * Posts to a server that stands for one out on the internet: it is on this machine, so its own
 * address alone is let through. Whatever it sends on to is guarded as for every public target.
 */
async function sentOnTo(location: string) {
  await using outside = startTarget(
    () => new Response(null, { status: 307, headers: { location } }),
  );
  await using connections = new TargetConnections(here);
  const post = createPost({
    post: (request, target) =>
      connections.post(
        request,
        request.url.host === `outside.example:${outside.port}`
          ? { ...target, network: "private" }
          : target,
      ),
  }, { deliveredWhen: answerCondition });
  const target = aTarget({
    url: `http://outside.example:${outside.port}/`,
    network: "public",
    redirects: 3,
  });
  const { signal } = new AbortController();
  const error = await assertRejects(
    () => post(aDelivery(), target, { attempt: 1, signal }),
    DeliveryError,
  );
  assertEquals(outside.received.length, 1);
  return { refused: error.cause instanceof AddressError, retryable: error.retryable };
}

Deno.test("a redirect to a private address is refused, however it is written", async () => {
  await using inside = startTarget();
  for (const host of ["127.0.0.1", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]"]) {
    const { refused, retryable } = await sentOnTo(`http://${host}:${inside.port}/`);
    assertEquals([refused, retryable], [true, false], host);
  }
  assertEquals(inside.received.length, 0);
});

Deno.test("a redirect to a cloud's metadata is refused", async () => {
  const { refused } = await sentOnTo("http://169.254.169.254/latest/meta-data/");
  assertEquals(refused, true);
});

Deno.test("a redirect to a name that resolves to a private address is refused", async () => {
  await using inside = startTarget();
  const { refused, retryable } = await sentOnTo(`http://inside.example:${inside.port}/`);
  assertEquals([refused, retryable, inside.received.length], [true, true, 0]);
});
