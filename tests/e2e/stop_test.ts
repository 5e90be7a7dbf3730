import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { eventually } from "../support/eventually.ts";
import { groupRead, type RouterProcess, startRouterProcess } from "../support/router_process.ts";
import { root } from "../support/server_process.ts";
import { startTarget } from "../support/target_server.ts";

const body = JSON.stringify({ sendID: "u1", receiveID: "u1", unreadMsgNum: 1, contentType: 3 });
const success = { actionCode: 0, errCode: 0, errMsg: "Success", errDlt: "", nextCode: 0 };

/** A router whose callbacks wait for a target, which answers when `answer` resolves. */
async function waitingRouter(answer: Promise<Response>, stopWithin: string) {
  const slow = startTarget(() => answer);
  const router = await startRouterProcess({
    server: { stopWithin },
    targets: { slow: { url: slow.url, network: "private" } },
    callbacks: {
      [groupRead]: { rules: [{ use: "forward", to: "slow", wait: true }], budget: "1h" },
    },
  });
  return {
    router,
    slow,
    async [Symbol.asyncDispose]() {
      await router[Symbol.asyncDispose]();
      await slow[Symbol.asyncDispose]();
    },
  };
}

const lineOf = ({ server }: RouterProcess, message: string) =>
  server.lines.find((line) => line.includes(`"${message}"`));

const logged = (router: RouterProcess, message: string) =>
  eventually(`"${message}" is logged`, () => lineOf(router, message) !== undefined);

Deno.test("SIGTERM ends what is in flight, says what remains, and exits with 0", async () => {
  const held = Promise.withResolvers<Response>();
  await using waiting = await waitingRouter(held.promise, "1h");
  const { router, slow } = waiting;
  const answer = router.post(body);
  await slow.arrived(1);
  router.server.kill("SIGTERM");
  await logged(router, "stopping");
  held.resolve(Response.json(success));
  assertEquals(await (await answer).json(), success);
  assertEquals((await router.server.status).code, 0);
  assertStringIncludes(router.server.lines.at(-1)!, '"stopped"');
});

Deno.test("a stop whose time is over leaves what is in flight, and exits with 0", async () => {
  const never = Promise.withResolvers<Response>();
  await using waiting = await waitingRouter(never.promise, "200ms");
  const { router, slow } = waiting;
  const answer = router.post(body).catch(() => "broken off");
  await slow.arrived(1);
  router.server.kill("SIGTERM");
  assertEquals((await router.server.status).code, 0);
  assertEquals(await answer, "broken off");
  assertStringIncludes(router.server.lines.at(-1)!, '"stopped"');
  never.resolve(new Response());
});

Deno.test("a stop does not wait longer than its time for a body that does not end", async () => {
  await using router = await startRouterProcess({ server: { stopWithin: "200ms" } });
  using caller = await Deno.connect({ hostname: "127.0.0.1", port: router.server.port });
  const head = `POST /${groupRead} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n` +
    "content-length: 500\r\n\r\n{";
  await caller.write(new TextEncoder().encode(head));
  await (await router.post(body)).body?.cancel();
  router.server.kill("SIGTERM");
  assertEquals((await router.server.status).code, 0);
  assertStringIncludes(router.server.lines.at(-1)!, '"stopped"');
});

Deno.test("one signal that comes twice at once, as from a task runner, is one", async () => {
  const held = Promise.withResolvers<Response>();
  await using waiting = await waitingRouter(held.promise, "1h");
  const { router, slow } = waiting;
  const answer = router.post(body);
  await slow.arrived(1);
  router.server.kill("SIGTERM");
  router.server.kill("SIGINT");
  await logged(router, "stopping");
  held.resolve(Response.json(success));
  assertEquals(await (await answer).json(), success);
  assertEquals((await router.server.status).code, 0);
});

Deno.test("a later signal ends a stop that waits, with 1", async () => {
  const never = Promise.withResolvers<Response>();
  await using waiting = await waitingRouter(never.promise, "1h");
  const { router, slow } = waiting;
  const answer = router.post(body).catch(() => "broken off");
  await slow.arrived(1);
  router.server.kill("SIGTERM");
  await logged(router, "stopping");
  const stoppingAt = Date.parse(JSON.parse(lineOf(router, "stopping")!)["@timestamp"]);
  await eventually("the first signal is more than a second old", () => {
    return Date.now() - stoppingAt > 1100;
  });
  router.server.kill("SIGINT");
  assertEquals((await router.server.status).code, 1);
  assertEquals(await answer, "broken off");
  never.resolve(new Response());
});

Deno.test("an error that nobody waits for is logged, and the next callback is served", async () => {
  await using router = await startRouterProcess({
    plugins: { folders: ["own"] },
  }, {
    files: {
      "own/floating.ts": `
        import { definePlugin } from "${root}/src/extension/define_plugin.ts";
        import { z } from "zod";
        export default definePlugin({
          command: "callbackAfterFloatingCommand",
          timing: "after",
          area: "test",
          summary: "For tests.",
          request: z.looseObject({}),
          sample: {},
          handle() {
            void Promise.reject(new Error("let go"));
            setTimeout(() => { throw new Error("thrown late"); }, 0);
          },
        });`,
    },
  });
  const path = "/callbackAfterFloatingCommand";
  assertEquals(await (await router.post("{}", { path })).json(), success);
  const told = (text: string) =>
    router.server.lines.some((line) => line.includes("nobody waited for") && line.includes(text));
  await eventually("both are logged", () => told("let go") && told("thrown late"));
  assertEquals(await (await router.post("{}", { path })).json(), success);
  assert(lineOf(router, "stopping") === undefined);
});

Deno.test("a target that hangs holds a stop up for 3 s at most, and nothing of it is lost", async () => {
  const never = Promise.withResolvers<Response>();
  await using hanging = startTarget(() => never.promise);
  await using router = await startRouterProcess({
    targets: { hanging: { url: hanging.url, network: "private", timeout: "1h" } },
    callbacks: { [groupRead]: { rules: [{ use: "forward", to: "hanging" }] } },
  });
  assertEquals(await (await router.post(body)).json(), success);
  await hanging.arrived(1);
  const asked = performance.now();
  router.server.kill("SIGTERM");
  assertEquals((await router.server.status).code, 0);
  const took = performance.now() - asked;
  assert(took < 3000, `the stop took ${took} ms`);
  assertStringIncludes(router.server.lines.at(-1)!, '"waiting":1');
  never.resolve(new Response());
});

Deno.test("a stop within its time says what remains in the outbox, by target", async () => {
  const never = Promise.withResolvers<Response>();
  await using hanging = startTarget(() => never.promise);
  await using refusing = startTarget(() => new Response(null, { status: 400 }));
  await using router = await startRouterProcess({
    server: { stopWithin: "500ms" },
    targets: {
      hanging: { url: hanging.url, network: "private", concurrency: 1, timeout: "1h" },
      refusing: { url: refusing.url, network: "private" },
    },
    callbacks: {
      [groupRead]: {
        rules: [{ use: "forward", to: "hanging" }, { use: "forward", to: "refusing" }],
      },
    },
  });
  for (let sent = 0; sent < 3; sent++) {
    assertEquals(await (await router.post(body)).json(), success);
  }
  await hanging.arrived(1);
  await eventually(
    "what the target refuses is dead",
    () => router.server.lines.filter((line) => line.includes('"refusing"')).length === 3,
  );
  const asked = performance.now();
  router.server.kill("SIGTERM");
  assertEquals((await router.server.status).code, 0);
  const took = performance.now() - asked;
  const { message, remaining } = JSON.parse(router.server.lines.at(-1)!);
  assertEquals([message, remaining], [
    "stopped",
    [
      { target: "hanging", waiting: 3, dead: 0 },
      { target: "refusing", waiting: 0, dead: 3 },
    ],
  ]);
  assert(took < 10_000, `an attempt that does not end was waited for: ${took} ms`);

  // nothing of it is lost: the next start knows of it
  await router.crashAndRestart();
  const known = router.server.lines.filter((line) => line.includes('"waiting":3'));
  assertEquals(known.length, 1);
  never.resolve(new Response());
});
