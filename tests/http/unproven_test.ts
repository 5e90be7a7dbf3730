import { assertEquals } from "@std/assert";
import { type CallerAuthSettings, createCallerAuth } from "../../src/http/auth/caller_auth.ts";
import { MemorySeenKeys } from "../../src/stores/memory_seen_keys.ts";
import { era20, era36, eras, goDecode, refuses } from "../openim/go_decoder.ts";
import {
  assertTurnedAway,
  plainAnswer,
  post,
  readCommand,
  sendCommand,
  serveCallbacks,
} from "./callback_server.ts";

const secret = "0123456789abcdef";
const signature: CallerAuthSettings["signature"] = {
  ...{ algorithm: "HMAC-SHA256", signatureHeader: "x-signature", nonceHeader: "x-nonce" },
  ...{ key: secret, nonceTime: "none", window: 1000 },
};

function doorWith(settings: Partial<CallerAuthSettings>) {
  return createCallerAuth(
    { secrets: [], addresses: { allow: [], trustedProxies: [] }, ...settings },
    { seen: new MemorySeenKeys(10), now: () => 0 },
  );
}

for (
  const [proof, settings, errCode] of [
    ["secret in the path", { secrets: [secret] }, 5401],
    ["token", { token: { header: "x-token", value: secret } }, 5401],
    ["signature", { signature }, 5401],
    ["allowed address", { addresses: { allow: ["10.0.0.0/8"], trustedProxies: [] } }, 5403],
  ] as const
) {
  Deno.test(`"refuse": without its ${proof} a before-callback is refused in every version`, async () => {
    await using server = await serveCallbacks({ auth: doorWith(settings), unproven: "refuse" });
    const { status, headers, body } = await post(server, { path: `/wrong/${sendCommand}` });
    assertEquals([status, headers.get("content-type")], [200, "application/json"]);
    for (const era of eras) {
      const decoded = goDecode(body, era);
      assertEquals(decoded.errCode, errCode);
      // 2.x sends no command in its URL, and 3.6.0 cannot be refused
      if (!era.versions.startsWith("2.") && era !== era36) {
        assertEquals(refuses(body, era), true, era.versions);
      }
    }
    const [{ error, status: logged, command } = {}] = server.turnedAway;
    assertEquals([error?.code, logged, command], [errCode, 200, sendCommand]);
  });
}

Deno.test('"refuse": the command may stand in the query, as 3.0 to 3.4 send it', async () => {
  await using server = await serveCallbacks({
    auth: doorWith({ secrets: [secret] }),
    unproven: "refuse",
  });
  const { body } = await post(server, { path: `/wrong?command=${sendCommand}` });
  assertEquals(refuses(body, eras[2]!), true);
});

Deno.test('"refuse": 2.x, whose URL names no command, takes the usual answer for a refusal', async () => {
  await using server = await serveCallbacks({
    auth: doorWith({ secrets: [secret] }),
    unproven: "refuse",
  });
  const answer = await post(server, { path: "/wrong" });
  assertTurnedAway(answer, 401, 5401);
  for (const era of eras.filter(({ versions }) => versions.startsWith("2."))) {
    // 2.0 takes no code but 0 for a refusal
    assertEquals(refuses(answer.body, era), era !== era20);
  }
});

Deno.test('"refuse": an after-callback, an unknown command and a GET are turned away as ever', async () => {
  await using server = await serveCallbacks({
    auth: doorWith({ secrets: [secret] }),
    unproven: "refuse",
  });
  for (
    const parts of [
      { path: `/wrong/${readCommand}` },
      { path: "/wrong/callbackBeforeUnknownCommand" },
      { path: `/wrong/${sendCommand}`, method: "GET" },
    ]
  ) {
    assertTurnedAway(await post(server, parts), 401, 5401);
  }
});

Deno.test('"refuse": a caller with proof is answered, and what is turned away for another reason goes on', async () => {
  await using server = await serveCallbacks({
    auth: doorWith({ secrets: [secret] }),
    unproven: "refuse",
  });
  assertEquals((await post(server, { path: `/${secret}/${sendCommand}` })).body, plainAnswer);
  assertTurnedAway(await post(server, { path: `/${secret}/${sendCommand}`, body: "{" }), 400, 5400);
});

for (const unproven of [undefined, "continue"] as const) {
  Deno.test(`${unproven}: a before-callback without proof goes on in 3.7 and later`, async () => {
    await using server = await serveCallbacks({
      auth: doorWith({ secrets: [secret] }),
      ...unproven && { unproven },
    });
    assertTurnedAway(await post(server, { path: `/wrong/${sendCommand}` }), 401, 5401);
  });
}
