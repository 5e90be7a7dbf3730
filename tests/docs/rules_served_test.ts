/** What `docs/rules.md` shows of the listeners, the store and the targets, by real routers. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { createHmac, createSign, generateKeyPairSync } from "node:crypto";
import { type RunningRouter, startRouter } from "../../src/runtime/start_router.ts";
import { describeAuth } from "../../src/config/load/auth_checks.ts";
import type { LoadedRules } from "../../src/config/load/load_rules.ts";
import { secretsOf } from "../../src/config/sections/server_section.ts";
import { type Loggers, startLogging } from "../../src/observe/logging.ts";
import { startTarget } from "../support/target_server.ts";
import { tableWithHead } from "./markdown_page.ts";
import {
  type Example,
  examplesOf,
  ownCertificates,
  pagePath,
  placeExample,
} from "./rules_examples.ts";

const page = await Deno.readTextFile(pagePath);

type Sections = Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>;

/** The sections that no test of a rules file shows at work. */
const served = ["server", "operator", "log", "store", "counters", "plugins"];

/** The examples of those sections that are in order. */
const examples = examplesOf(page).filter(({ text, printed }) => {
  const sections: Sections = JSON.parse(text);
  return served.some((name) => Object.hasOwn(sections, name)) &&
    !printed?.startsWith("rules.json:");
});

/** Whoever signs for the example with a public key. */
const signer = generateKeyPairSync("ec", { namedCurve: "P-256" });
const publicKey = signer.publicKey.export({ type: "spki", format: "pem" }).toString();

/** A router that serves an example, on free ports. */
interface ServedExample extends AsyncDisposable {
  readonly rules: LoadedRules;
  readonly router: RunningRouter;
  readonly lines: readonly string[];
  readonly loggers: Loggers;
  /** Posts the sample of a command; `proofs` is what a caller has to say for itself. */
  post(command: string, proofs: Proofs, body?: string): Promise<Response>;
}

/** What a caller proves with. */
interface Proofs {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

async function serve(example: Example, sections: Sections = {}): Promise<ServedExample> {
  const file: Sections = JSON.parse(example.text);
  const elsewhere = {
    ...file,
    ...sections,
    server: { ...file.server, listen: "127.0.0.1:0" },
    operator: { ...file.operator, listen: "127.0.0.1:0" },
  };
  const files = { ...example.files, "openim-public.pem": publicKey };
  const placed = await placeExample({ ...example, files }, JSON.stringify(elsewhere));
  const rules = await placed.load();
  const decoder = new TextDecoder();
  const lines: string[] = [];
  const { level, format } = rules.settings.log;
  const loggers = startLogging({ level, format }, {
    write(bytes) {
      lines.push(...decoder.decode(bytes).trimEnd().split("\n"));
      return Promise.resolve(bytes.length);
    },
  });
  const router = await startRouter(rules, loggers, {
    mostConnections: Infinity,
    reload: () => Promise.resolve(undefined),
  });
  const client = Deno.createHttpClient({ caCerts: [ownCertificates.ca] });
  const scheme = rules.settings.server.tls === undefined ? "http" : "https";
  return {
    rules,
    router,
    lines,
    loggers,
    post(command, { path, headers }, body) {
      const { sample } = rules.registry.find(command)!;
      return fetch(`${scheme}://127.0.0.1:${router.address.port}${path}/${command}`, {
        client,
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: body ?? JSON.stringify({ callbackCommand: command, ...sample }),
      });
    },
    async [Symbol.asyncDispose]() {
      client.close();
      await router.stop();
      await loggers.close();
      await placed[Symbol.asyncDispose]();
    },
  };
}

const noProofs: Proofs = { path: "", headers: {} };

/** All the proofs that an example asks for. */
function proofsOf({ settings: { server } }: LoadedRules): Proofs {
  const { callers, token, signature } = server;
  const [secret] = secretsOf(server);
  const headers: Record<string, string> = {};
  if (callers.allow.length > 0) headers["x-forwarded-for"] = "10.0.0.7";
  if (token !== undefined) headers[token.header] = token.value;
  if (signature !== undefined) {
    const nonce = `${Math.floor(Date.now() / 1000)}-${crypto.randomUUID()}`;
    headers[signature.nonceHeader] = nonce;
    headers[signature.signatureHeader] = signature.secret === undefined
      ? createSign("sha256").update(nonce).sign(signer.privateKey, "base64")
      : createHmac("sha256", signature.secret).update(nonce).digest("hex");
  }
  return { path: secret === undefined ? "" : `/${secret}`, headers };
}

for (const example of examples) {
  const place = example.headings.slice(1).map(({ text }) => text).join(" > ");
  Deno.test(`docs/rules.md: a router serves ${place} (line ${example.line})`, async () => {
    await using running = await serve(example);
    const { rules, router, post } = running;
    const { command } = rules.registry.plugins[0]!;
    const answer = await post(command, proofsOf(rules));
    assertEquals(answer.status, 200);
    assertEquals((await answer.json()).actionCode, 0);
    if (describeAuth(rules.settings.server).length > 0) {
      const refused = await post(command, noProofs);
      assert([401, 403].includes(refused.status), `without a proof: ${refused.status}`);
      assertEquals((await refused.json()).nextCode, 0, "OpenIM can read it");
    }
    const { enabled, token } = rules.settings.operator;
    assertEquals(router.operatorAddress !== undefined, enabled);
    if (!enabled) return;
    const api = `http://127.0.0.1:${router.operatorAddress!.port}/api/rules`;
    const headers: HeadersInit = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const shown = await fetch(api, { headers });
    assertEquals(shown.status, 200);
    await shown.body?.cancel();
    if (token === undefined) return;
    const without = await fetch(api);
    assertEquals(without.status, 401);
    await without.body?.cancel();
  });
}

Deno.test("the limits that docs/rules.md shows hold", async () => {
  await using running = await serve(examples.find(({ text }) => text.includes('"headWithin"'))!);
  const { post } = running;
  const command = "callbackAfterGroupMsgReadCommand";
  const large = await post(command, noProofs, `{"more":"${"x".repeat(300 * 1024)}"}`);
  assertEquals(large.status, 413);
  await large.body?.cancel();
  const head = { "x-more": "x".repeat(20 * 1024) };
  const tooLong = await post(command, { path: "", headers: head });
  assertEquals(tooLong.status, 431);
  await tooLong.body?.cancel();
});

Deno.test("a command of another plugin is unknown where docs/rules.md does without them", async () => {
  await using running = await serve(examples.find(({ text }) => text.includes('"builtin"'))!);
  const { router } = running;
  const url = `http://127.0.0.1:${router.address.port}/callbackAfterGroupMsgReadCommand`;
  const answer = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: "{}",
  });
  assertEquals(answer.status, 404);
  await answer.body?.cancel();
});

Deno.test("the log that docs/rules.md sets up is for people, and begins at its level", async () => {
  const example = examples.find(({ text }) => text.includes('"pretty"'))!;
  await using running = await serve(example);
  const { loggers, lines } = running;
  loggers.rule("info", "not to be seen", {});
  loggers.rule("warning", "to be seen", { sendID: "u1" });
  await loggers.close();
  const text = lines.join("\n");
  assertStringIncludes(text, "to be seen");
  assertEquals(text.includes("not to be seen"), false);
  assertEquals(text.includes('{"@timestamp"'), false);
});

Deno.test("a target gets the headers that docs/rules.md lists, and the rules file's", async () => {
  const isTarget = ({ headings }: Example) => headings.at(-1)?.text === "What a target receives";
  const example = examplesOf(page).find(isTarget)!;
  const listed = tableWithHead(page, "header")
    .map(([header]) => header!.replaceAll("`", "").toLowerCase());
  assert(listed.length > 4);
  await using target = startTarget();
  const { chat } = JSON.parse(example.text).targets;
  await using running = await serve(example, {
    targets: { chat: { ...chat, url: target.url, network: "private" } },
  });
  const command = "callbackAfterGroupMsgReadCommand";
  const body = '{"sendID":"u1","receiveID":"u1","unreadMsgNum":9007199254740993}';
  const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  await (await running.post(command, { path: "", headers: { traceparent } }, body)).body?.cancel();
  const [request] = await target.arrived(1);
  assertEquals(listed.filter((header) => !request!.headers.has(header)), []);
  assertEquals(request!.headers.get("x-callback-command"), command);
  assertEquals(request!.headers.get("x-source"), "openim");
  assertEquals(request!.text, body, "the callback's own bytes");
});
