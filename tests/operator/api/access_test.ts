import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { rawRequest } from "./raw_host.ts";
import { serveOperator } from "./operator_server.ts";

const token = "a-token-of-enough-length";
const bearer = (text: string) => ({ headers: { authorization: `Bearer ${text}` } });

Deno.test("with a token every page but the probes is for who sends it", async () => {
  await using server = serveOperator({ token });
  for (const path of ["/metrics", "/api/openapi.json", "/api/rules", "/api/commands", "/nothing"]) {
    const refused = await fetch(server.url + path);
    assertEquals(refused.status, 401, path);
    assertStringIncludes(refused.headers.get("www-authenticate") ?? "", "Bearer");
    assertStringIncludes((await refused.json()).error, "Authorization: Bearer");
    const taken = await fetch(server.url + path, bearer(token));
    await taken.body?.cancel();
    assertEquals(taken.status, path === "/nothing" ? 404 : 200, path);
  }
  for (const path of ["/healthz", "/readyz"]) assertEquals((await server.get(path)).status, 200);
});

Deno.test("anything but the token itself is refused", async () => {
  await using server = serveOperator({ token });
  const others = [token.slice(0, -1), `${token}x`, token.toUpperCase(), "x", "Bearer"];
  for (const other of others) {
    const { status, body } = await server.get("/api/rules", bearer(other));
    assertEquals([status, body.error], [401, "this is not the token"], other);
  }
  for (const authorization of [token, `Basic ${token}`, "Bearer", "Bearer a b"]) {
    const { status } = await server.get("/api/rules", { headers: { authorization } });
    assert(status === 400 || status === 401, authorization);
  }
});

Deno.test("without a token the pages of other sites get nothing, the operator's own browser does", async () => {
  await using server = serveOperator();
  const from = async (site: string) =>
    (await server.get("/api/rules", { headers: { "sec-fetch-site": site } })).status;
  assertEquals(await from("cross-site"), 403);
  assertEquals(await from("same-site"), 403);
  assertEquals(await from("same-origin"), 200);
  assertEquals(await from("none"), 200);
});

Deno.test("without a token a name that was made to resolve here is refused as a host", async () => {
  await using server = serveOperator();
  const statusFor = async (host: string) => (await rawRequest(server.port, host)).split(" ")[1];
  assertEquals(await statusFor(`rebound.example.com:${server.port}`), "403");
  for (const host of ["127.0.0.1", "localhost", "[::1]"]) {
    assertEquals(await statusFor(`${host}:${server.port}`), "200", host);
  }
});

Deno.test("with a token any name may be the host: the token proves the caller", async () => {
  await using server = serveOperator({ token });
  const answer = await rawRequest(
    server.port,
    "router.example.com",
    `authorization: Bearer ${token}`,
  );
  assertEquals(answer.split(" ")[1], "200");
});

/** Every way in which a web page can send a change. */
const contentTypes = [undefined, "text/plain", "application/x-www-form-urlencoded"];

for (const [how, parts] of [["with", { token }], ["without", {}]] as const) {
  Deno.test(`${how} a token a change that a foreign page asks for is refused and not made`, async () => {
    let reloads = 0;
    await using server = serveOperator({
      ...parts,
      reload: () => Promise.resolve((reloads++, undefined)),
    });
    const foreign: Record<string, string>[] = [
      { origin: "http://evil.example" },
      { origin: "null" },
      { origin: `http://127.0.0.1:${server.port + 1}` },
      { origin: `http://localhost:${server.port}` },
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site" },
      { origin: "http://evil.example", "sec-fetch-site": "same-origin" },
    ];
    for (const method of ["POST", "PUT", "PATCH", "DELETE", "PURGE"]) {
      for (const path of ["/api/reload", "/api/deliveries/retry", "/healthz", "/nothing"]) {
        for (const headers of foreign) {
          for (const type of [...contentTypes, "application/json"]) {
            const { status } = await server.get(path, {
              method,
              headers: {
                ...headers,
                authorization: `Bearer ${token}`,
                ...type !== undefined && { "content-type": type },
              },
            });
            assertEquals(status, 403, `${method} ${path} ${JSON.stringify(headers)} ${type}`);
          }
        }
      }
    }
    assertEquals(reloads, 0);
  });

  Deno.test(`${how} a token a change of the listener's own page, or of no page, is made`, async () => {
    let reloads = 0;
    await using server = serveOperator({
      ...parts,
      reload: () => Promise.resolve((reloads++, undefined)),
    });
    const own: Record<string, string>[] = [
      {},
      { origin: server.url },
      { origin: server.url.replace("http:", "https:") },
      { origin: server.url, "sec-fetch-site": "same-origin" },
      { "sec-fetch-site": "none" },
    ];
    for (const headers of own) {
      const { status } = await server.get("/api/reload", {
        method: "POST",
        headers: { ...headers, authorization: `Bearer ${token}` },
      });
      assertEquals(status, 503, JSON.stringify(headers));
    }
    assertEquals(reloads, own.length);
  });
}

Deno.test("a page of another site is refused before its token is looked at", async () => {
  await using server = serveOperator({ token });
  const headers = { origin: "http://evil.example" };
  assertEquals((await server.get("/api/reload", { method: "POST", headers })).status, 403);
});
