import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { Webhook } from "standardwebhooks";
import { eventually } from "../support/eventually.ts";
import { groupRead, type RouterProcess, startRouterProcess } from "../support/router_process.ts";
import { startTarget } from "../support/target_server.ts";

const body = '{"callbackCommand":"callbackAfterGroupMsgReadCommand","sendID":"u1",' +
  '"receiveID":"g1","unreadMsgNum":9007199254740993,"contentType":3}';

const secret = `whsec_${btoa("a secret of thirty-two byte size")}`;
const token = "t0ken-that-nobody-may-see";

const forwarding = (url: string) =>
  startRouterProcess({
    log: { level: "debug" },
    targets: {
      analytics: {
        url,
        network: "private",
        secret,
        auth: { bearer: token },
        body: "envelope",
        retry: { attempts: 1 },
      },
    },
    callbacks: { [groupRead]: { rules: [{ use: "forward", to: "analytics" }] } },
  });

/** Everything that the router has in its folder besides the rules file, as text. */
async function storedBy(router: RouterProcess): Promise<string> {
  const texts: string[] = [];
  for await (const { name, isFile } of Deno.readDir(router.folder.path)) {
    const path = join(router.folder.path, name);
    if (isFile && path !== router.rules) {
      texts.push(new TextDecoder("latin1").decode(await Deno.readFile(path)));
    }
  }
  return texts.join("\n");
}

Deno.test("a callback arrives in a signed envelope, with its own digits", async () => {
  await using target = startTarget();
  await using router = await forwarding(target.url);
  await router.post(body);
  const [request] = await target.arrived(1);
  const headers = Object.fromEntries(request!.headers);
  new Webhook(secret).verify(request!.text, headers);
  assertEquals(headers.authorization, `Bearer ${token}`);
  const { id, type } = JSON.parse(request!.text);
  assertEquals([id, type], [headers["webhook-id"], groupRead]);
  assertStringIncludes(request!.text, `"data":${body}}`);
});

Deno.test("neither the log nor the outbox holds a secret, whatever goes wrong", async () => {
  await using target = startTarget(() => new Response("no", { status: 400 }));
  await using router = await forwarding(target.url);
  await router.post(body);
  await eventually(
    "the dead letter is logged",
    () => router.server.lines.some((line) => line.includes("status 400")),
  );
  const stored = await storedBy(router);
  assert(stored.includes("9007199254740993"), "the delivery is in the outbox");
  const everything = [stored, ...router.server.lines].join("\n");
  for (const hushed of [token, secret, secret.slice(6), atob(secret.slice(6))]) {
    assertEquals(everything.includes(hushed), false);
  }
});
