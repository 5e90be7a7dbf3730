/** The real process on a Deno that has no HTTP for single connections. */
import { assert, assertEquals } from "@std/assert";
import { lostLimits } from "../../src/http/published_listener.ts";
import { makeCertificate } from "../support/certificates.ts";
import { groupRead, startRouterProcess } from "../support/router_process.ts";
import { startTarget } from "../support/target_server.ts";
import { tempFolder } from "../support/temp_folder.ts";

/** Takes the function away, as a Deno of another version may; Deno sets it again when it serves. */
const without = 'Object.defineProperty(Deno[Deno.internal], "serveHttpOnConnection", ' +
  "{ get: () => undefined, set() {} });";

const body = JSON.stringify({ sendID: "u1", receiveID: "u1", unreadMsgNum: 1 });

Deno.test("without Deno's HTTP for single connections the router serves, and says what is lost", async () => {
  await using folder = await tempFolder();
  const held = Promise.withResolvers<Response>();
  await using target = startTarget(() => held.promise);
  await using router = await startRouterProcess({
    server: {
      token: { value: "Bearer a-token-of-enough-length" },
      callers: { allow: ["127.0.0.1"] },
    },
    targets: { slow: { url: target.url, network: "private" } },
    callbacks: { [groupRead]: { rules: [{ use: "forward", to: "slow", wait: true }] } },
  }, { flags: ["--allow-all", "--preload", await folder.write("without.ts", without)] });
  const warning = router.server.lines.map((line) => JSON.parse(line))
    .find(({ lost }) => lost !== undefined);
  assertEquals([warning?.level, warning?.lost], ["WARN", [...lostLimits]]);

  const stranger = await router.post(body);
  assertEquals([stranger.status, (await stranger.json()).actionCode], [401, 1], "the door holds");
  const headers = { authorization: "Bearer a-token-of-enough-length" };
  const answer = router.post(body, { headers });
  await target.arrived(1);
  router.server.kill("SIGTERM");
  held.resolve(Response.json({}));
  assertEquals((await (await answer).json()).errMsg, "Success", "what is in flight ends");
  assertEquals((await router.server.status).code, 0);
});

Deno.test("it does so with TLS as well, and to whom the rules file lets call", async () => {
  await using folder = await tempFolder();
  const { certificate, key } = await makeCertificate(folder, "router");
  await using router = await startRouterProcess({
    server: { tls: { certificate, key }, callers: { allow: ["10.0.0.0/8"] } },
    callbacks: { [groupRead]: { rules: [{ use: "log" }] } },
  }, { flags: ["--allow-all", "--preload", await folder.write("without.ts", without)] });
  assert(router.server.lines.some((line) => line.includes(lostLimits[0])));
  using client = Deno.createHttpClient({ caCerts: [await Deno.readTextFile(certificate)] });
  const response = await fetch(router.url.replace("http:", "https:") + `/${groupRead}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
    client,
  });
  assertEquals(response.status, 403, "this machine is not among them");
  assert((await response.json()).errCode > 0);
});
