import { assertEquals, assertStringIncludes } from "@std/assert";
import type { Readiness } from "../../src/operator/api/operator_context.ts";
import { serveOperator } from "./api/operator_server.ts";

Deno.test("a router that runs is alive, and what is wrong with it is told by its health", async () => {
  let readiness: Readiness = { state: "running", reasons: [], warnings: [] };
  await using server = serveOperator({ readiness: () => Promise.resolve(readiness) });
  assertEquals(await server.get("/healthz"), {
    status: 200,
    body: { alive: true, status: "ok", reasons: [] },
  });
  readiness = { state: "stopping", reasons: ["the router is stopping"], warnings: ["disk full"] };
  assertEquals(await server.get("/healthz"), {
    status: 200,
    body: { alive: true, status: "degraded", reasons: ["disk full"] },
  });
});

Deno.test("readiness is told with its reasons, and by the status for who reads nothing else", async () => {
  let readiness: Readiness = { state: "running", reasons: [], warnings: ["rules refused"] };
  await using server = serveOperator({ readiness: () => Promise.resolve(readiness) });
  assertEquals(await server.get("/readyz"), {
    status: 200,
    body: { ready: true, state: "running", reasons: [], warnings: ["rules refused"] },
  });
  readiness = { state: "stopping", reasons: ["the router is stopping"], warnings: [] };
  assertEquals(await server.get("/readyz"), {
    status: 503,
    body: { ready: false, ...readiness },
  });
});

Deno.test("the metrics come as Prometheus reads them", async () => {
  await using server = serveOperator();
  const response = await fetch(`${server.url}/metrics`);
  assertEquals(await response.text(), "up 1\n");
  assertEquals(response.headers.get("content-type"), "text/plain; version=0.0.4");
});

Deno.test("no page is kept by anyone between", async () => {
  await using server = serveOperator();
  for (const path of ["/readyz", "/metrics", "/api/rules", "/nothing"]) {
    const response = await fetch(server.url + path);
    await response.body?.cancel();
    assertEquals(response.headers.get("cache-control"), "no-store", path);
  }
});

Deno.test("where there is no page, those that there are are named", async () => {
  await using server = serveOperator();
  for (const path of ["/", "/api", "/api/nothing"]) {
    const { status, body } = await server.get(path);
    assertEquals(status, 404, path);
    assertStringIncludes(body.error, "/api/openapi.json");
  }
});

Deno.test("a page that fails tells the log why, and the caller only that", async () => {
  await using server = serveOperator({
    recent: () => {
      throw new Error("s3cret is not a list");
    },
  });
  assertEquals(await server.get("/api/callbacks"), {
    status: 500,
    body: { error: "the router failed; see its log" },
  });
  assertEquals(server.failures, ["/api/callbacks: s3cret is not a list"]);
});

Deno.test("a body beyond a megabyte is refused, with its length or without", async () => {
  await using server = serveOperator();
  const large = "x".repeat(1024 * 1024 + 1);
  for (const body of [large, new Blob([large]).stream()]) {
    const answer = await server.get("/api/reload", { method: "POST", body });
    assertEquals(answer, {
      status: 413,
      body: { error: "a body may have 1048576 bytes at most" },
    });
  }
});
