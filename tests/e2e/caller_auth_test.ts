import { assertEquals, assertStringIncludes } from "@std/assert";
import { assertConsent } from "../http/any_answer.ts";
import { goodBody } from "../http/hostile_request.ts";
import { sendRaw } from "../http/raw_request.ts";
import { makeCertificate } from "../support/certificates.ts";
import { eventually } from "../support/eventually.ts";
import { runRouter } from "../support/router_command.ts";
import { groupRead, startRouterProcess, writeRules } from "../support/router_process.ts";
import { tempFolder } from "../support/temp_folder.ts";

const secret = "s3cret-of-the-house-0123";
const token = "Bearer t0ken-of-the-house-0123";
const json = { "content-type": "application/json" };

Deno.test("callers are let in with every proof, refused without one, and no secret is said", async () => {
  await using router = await startRouterProcess({
    server: {
      secret: ["${DOOR_SECRET}", "former-secret-of-the-house"],
      callers: { allow: ["10.0.0.0/8"], trustedProxies: ["127.0.0.1"] },
      token: { value: "${DOOR_TOKEN}" },
    },
  }, { env: { DOOR_SECRET: secret, DOOR_TOKEN: token } });
  const { port } = router.server;
  const call = async (
    path: string,
    headers: Readonly<Record<string, string>>,
    body = goodBody,
  ) => {
    const lines = Object.entries({ ...json, ...headers }).map(([name, value]) =>
      `${name}: ${value}`
    );
    const framed = [...lines, `Content-Length: ${body.length}`];
    const answer = await sendRaw(port, { path, headers: framed, body });
    assertConsent(answer);
    return answer.status;
  };
  const proofs = { authorization: token, "x-forwarded-for": "10.1.2.3" };
  assertEquals(await call(`/${secret}/${groupRead}`, proofs), 200);
  assertEquals(await call(`/former-secret-of-the-house/${groupRead}`, proofs), 200);
  assertEquals(await call(`/${secret}?command=${groupRead}`, proofs), 200);
  assertEquals(await call(`/${secret}/${groupRead}`, proofs, "{"), 400);
  assertEquals(await call(`/x/${secret}/${groupRead}`, proofs), 401);
  assertEquals(await call(`/${secret}/${groupRead}`, { ...proofs, authorization: secret }), 401);
  const elsewhere = { ...proofs, "x-forwarded-for": "11.1.2.3" };
  assertEquals(await call(`/${secret}/${groupRead}`, elsewhere), 403);
  const refused = () =>
    router.server.lines.map((line) => JSON.parse(line)).filter(({ problem }) => problem);
  await eventually("all are logged", () => refused().length === 4);
  assertEquals(
    refused().map(({ status, caller, detail }) => [status, caller, detail]).slice(1),
    [
      [401, "10.1.2.3", "the path does not start with the secret"],
      [401, "10.1.2.3", "the token in authorization is wrong"],
      [403, "11.1.2.3", "the address is not one that may call"],
    ],
  );
  const log = router.server.lines.join("\n");
  for (const word of [secret, token, "former-secret"]) assertEquals(log.includes(word), false);
});

Deno.test("beyond the callbacks that may be in flight a caller gets 503 at once", async () => {
  const held = Promise.withResolvers<Response>();
  const slow = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    async () => (await held.promise).clone(),
  );
  await using router = await startRouterProcess({
    server: { limits: { inFlight: 2 } },
    targets: { slow: { url: `http://127.0.0.1:${slow.addr.port}/`, network: "private" } },
    callbacks: {
      [groupRead]: { rules: [{ use: "forward", to: "slow", wait: true }], budget: "1h" },
    },
  });
  const answers = [1, 2, 3].map(() => router.post(goodBody));
  const first = await Promise.race(answers);
  const { errCode, nextCode } = await first.json();
  assertEquals([first.status, errCode, nextCode], [503, 5529, 0]);
  held.resolve(Response.json({ actionCode: 0, errCode: 0, errMsg: "", errDlt: "", nextCode: 0 }));
  const statuses = (await Promise.all(answers)).map(({ status }) => status);
  assertEquals(statuses.toSorted(), [200, 200, 503]);
  for (const answer of await Promise.all(answers)) await answer.body?.cancel().catch(() => {});
  await slow.shutdown();
});

Deno.test("a callback is answered over HTTPS", async () => {
  await using folder = await tempFolder();
  const tls = await makeCertificate(folder, "router");
  await using router = await startRouterProcess({ server: { tls } });
  const caCerts = [await Deno.readTextFile(tls.certificate)];
  using client = Deno.createHttpClient({ caCerts });
  const url = router.url.replace("http:", "https:");
  const response = await fetch(`${url}/${groupRead}`, {
    client,
    method: "POST",
    headers: json,
    body: goodBody,
  });
  assertEquals((await response.json()).errMsg, "Success");
});

const signature = { algorithm: "RSA-SHA256", signatureHeader: "x-s", nonceHeader: "x-n" };

for (
  const { what, server, says } of [
    {
      what: "an address that others reach, without a proof",
      server: { listen: "0.0.0.0:0" },
      says:
        "server.listen: others than this machine reach this address, and nothing says who may " +
        'call: give a "secret"',
    },
    {
      what: "a certificate that is none",
      server: { tls: { certificate: "rules.json", key: "rules.json" } },
      says:
        "server.tls.certificate: rules.json: cannot be used: it has no certificate that can be " +
        "read, -----BEGIN CERTIFICATE-----; name another PEM file",
    },
    {
      what: "a public key that is none",
      server: { signature: { ...signature, publicKey: "rules.json" } },
      says:
        "server.signature.publicKey: rules.json: cannot be used: it has no public key that can " +
        "be read, -----BEGIN PUBLIC KEY-----; name another PEM file",
    },
    {
      what: "a signature without its key",
      server: { signature },
      says: 'server.signature: RSA-SHA256 needs a "publicKey"',
    },
  ]
) {
  Deno.test(`serve does not start with ${what}, and says what to do`, async () => {
    await using folder = await tempFolder();
    const { code, err } = await runRouter(["serve", await writeRules(folder, { server })]);
    assertEquals(code, 1);
    assertStringIncludes(err, says);
    assertEquals(err.includes("    at "), false, "a stack is not for operators");
  });
}

Deno.test("check says what callers have to prove, without secrets", async () => {
  await using folder = await tempFolder();
  const server = {
    listen: "0.0.0.0:10006",
    secret,
    token: { header: "x-token", value: token },
    callers: { allow: ["10.0.0.0/8"] },
  };
  const { code, out, err } = await runRouter(["check", await writeRules(folder, { server })]);
  assertEquals([code, err], [0, ""]);
  assertStringIncludes(out, "callers     secret path; addresses 10.0.0.0/8; token in x-token");
  for (const word of [secret, token]) assertEquals(out.includes(word), false);
});

Deno.test("a secret that cannot be used is not repeated in the error", async () => {
  await using folder = await tempFolder();
  const server = { secret: "sh0rt/secret", token: { value: "sh0rt" } };
  const { code, err } = await runRouter(["check", await writeRules(folder, { server })]);
  assertEquals([code, err.includes("sh0rt")], [1, false]);
  assertStringIncludes(err, "server.secret: expected 16 to 200 letters");
});

Deno.test('"refuse": a mistyped secret stops the operation, is logged, and a reload can change it', async () => {
  const before = "callbackBeforeAddFriendCommand";
  const server = { secret, callers: { allow: ["127.0.0.1"] } };
  await using router = await startRouterProcess({ server: { ...server, unproven: "refuse" } });
  const call = async (path: string) => {
    const answer = await router.post("{}", { path });
    return { status: answer.status, ...await answer.json() };
  };
  const { errMsg, ...refusal } = await call(`/wrong/${before}`);
  assertEquals(errMsg, "the caller has not proven who it is");
  assertEquals(refusal, {
    ...{ status: 200, actionCode: 0, errCode: 5401, nextCode: 1 },
    errDlt: "the router's log says why",
  });
  const { status, actionCode, nextCode } = await call(`/wrong/${groupRead}`);
  assertEquals([status, actionCode, nextCode], [401, 1, 0]);
  const logged = () => router.server.lines.filter((line) => line.includes('"noProof"'));
  await eventually("both are logged", () => logged().length === 2);
  const [first] = logged().map((line) => JSON.parse(line));
  assertEquals([first.status, first.command], [200, before]);

  const rules = JSON.parse(await Deno.readTextFile(router.rules));
  await Deno.writeTextFile(
    router.rules,
    JSON.stringify({ ...rules, server: { ...rules.server, unproven: "continue" } }),
  );
  await fetch(`${router.operatorURL}/api/reload`, { method: "POST" });
  assertEquals((await call(`/wrong/${before}`)).status, 401);
});
