import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { eventually } from "../support/eventually.ts";
import { makeCertificate } from "../support/certificates.ts";
import { runRouter } from "../support/router_command.ts";
import { groupRead, startRouterProcess } from "../support/router_process.ts";
import { type TempFolder, tempFolder } from "../support/temp_folder.ts";

const body = JSON.stringify({ sendID: "u1", receiveID: "u1", unreadMsgNum: 1 });

/** Something that listens already. */
function taken(): Deno.TcpListener {
  return Deno.listen({ hostname: "127.0.0.1", port: 0 });
}

/** A port that nothing listens on. */
function freePort(): number {
  using listener = taken();
  return listener.addr.port;
}

async function serve(folder: TempFolder, rules: object) {
  const file = await folder.write("rules.json", JSON.stringify(rules, undefined, 2));
  const { code, out, err } = await runRouter(["serve", file]);
  const lines = err.trimEnd().split("\n");
  return { code, out, file, lines, last: lines.at(-1) };
}

/** The lines that are about a place of the rules file, each with its line and column. */
function about(lines: readonly string[], place: string): readonly string[] {
  return lines.filter((line) => new RegExp(`/rules\\.json:\\d+:\\d+ `).test(line))
    .filter((line) => line.includes(` ${place}: `));
}

Deno.test("one start tells every problem: rules, plugin, addresses, certificate and store", async () => {
  await using folder = await tempFolder();
  using other = taken();
  using another = taken();
  const listen = `127.0.0.1:${other.addr.port}`;
  const operatorListen = `127.0.0.1:${another.addr.port}`;
  await folder.write("own/broken.ts", 'throw new Error("out of order");\n');
  await folder.write("a-file", "");
  const { code, out, lines, last } = await serve(folder, {
    server: { listen, tls: { certificate: "absent.pem", key: "absent.key" } },
    operator: { listen: operatorListen },
    plugins: { folders: ["own"] },
    store: { path: "a-file/outbox.sqlite" },
    targets: { analytics: { url: "https://a.example.com/", ca: "absent-ca.pem" } },
    callbacks: {
      [groupRead]: {
        rules: [
          { use: "log", when: "recieveID == ''" },
          { use: "words", files: ["absent.txt"], action: "tag", tag: "spam" },
          { use: "forward", to: "analytcs" },
        ],
      },
    },
  });
  assertEquals([code, out], [1, ""]);
  for (
    const [place, says] of [
      [`callbacks.${groupRead}.rules[0].when`, 'did you mean "receiveID"?'],
      [`callbacks.${groupRead}.rules[1]`, "absent.txt"],
      [`callbacks.${groupRead}.rules[2].to`, 'did you mean "analytics"?'],
      ["plugins", "out of order"],
      ["targets.analytics.ca", "there is no such file"],
      ["server.tls.certificate", "absent.pem: there is no such file"],
      ["server.tls.key", "absent.key: there is no such file"],
      ["server.listen", `${listen}: the address is in use`],
      ["operator.listen", `${operatorListen}: the address is in use`],
      ["store.path", 'in place of "a-file/outbox.sqlite"'],
    ] as const
  ) {
    const told = lines.filter((line) => line.includes(` ${place}`) && line.includes(says));
    assertEquals(told.length, 1, `${place}: ${says}\n${lines.join("\n")}`);
    assertMatch(told[0]!, /\/rules\.json:\d+:\d+ /, "with its line and column");
  }
  assertEquals(last, "10 problems; nothing was started");
});

Deno.test("the port is never open while the router finds that it cannot start", async () => {
  await using folder = await tempFolder();
  const port = freePort();
  let connected = 0;
  let refused = 0;
  let ended = false;
  const watching = (async () => {
    while (!ended) {
      await Deno.connect({ hostname: "127.0.0.1", port }).then((connection) => {
        // the system may connect a port to itself
        if (connection.localAddr.port !== port) connected++;
        connection.close();
      }, () => refused++);
      await new Promise((tick) => setTimeout(tick, 1));
    }
  })();
  await folder.write("a-file", "");
  const { code, lines } = await serve(folder, {
    server: { listen: `127.0.0.1:${port}` },
    operator: { listen: "127.0.0.1:0" },
    store: { path: "a-file/outbox.sqlite" },
  });
  ended = true;
  await watching;
  assertEquals(code, 1);
  assertEquals(about(lines, "store.path").length, 1);
  assertEquals(connected, 0);
  assert(refused > 10, `looked ${refused} times`);
});

Deno.test("a fault of the rules alone does not make the store, nor change an older one", async () => {
  await using folder = await tempFolder();
  const { last } = await serve(folder, {
    server: { listen: "127.0.0.1:0" },
    store: { path: "data/outbox.sqlite" },
    callbacks: { [groupRead]: { rules: [{ use: "lgo" }] } },
  });
  assertEquals(last, "1 problem; nothing was started");
  const names = (await Array.fromAsync(Deno.readDir(folder.path))).map(({ name }) => name);
  assertEquals(names, ["rules.json"]);
});

Deno.test("a log file that cannot be written is told beside a fault of the rules", async () => {
  await using folder = await tempFolder();
  await folder.write("a-file", "");
  const { lines, last } = await serve(folder, {
    server: { listen: "127.0.0.1:0" },
    operator: { listen: "127.0.0.1:0" },
    store: { path: "outbox.sqlite" },
    log: { file: { path: "a-file/router.log" } },
    callbacks: { [groupRead]: { rules: [{ use: "lgo" }] } },
  });
  assertStringIncludes(
    about(lines, "log.file.path").join(),
    "name a file that this user may write",
  );
  assertEquals(last, "2 problems; nothing was started");
});

Deno.test("a start that fails makes neither the outbox nor the log's file, nor changes them", async () => {
  await using folder = await tempFolder();
  using other = taken();
  const rules = {
    server: { listen: `127.0.0.1:${other.addr.port}` },
    operator: { listen: "127.0.0.1:0" },
    store: { path: "data/outbox.sqlite" },
    log: { file: { path: "logs/router.log" } },
  };
  const { lines, last } = await serve(folder, rules);
  assertEquals(last, "1 problem; nothing was started");
  assertEquals(lines.length, 2, "nor does it say that it logs to a file");
  const names = (await Array.fromAsync(Deno.readDir(folder.path))).map(({ name }) => name);
  assertEquals(names, ["rules.json"]);
  const log = await folder.write("logs/router.log", "of an earlier start\n");
  await serve(folder, rules);
  assertEquals(await Deno.readTextFile(log), "of an earlier start\n");
});

Deno.test("a store that another router has is told beside a fault of the rules", async () => {
  await using router = await startRouterProcess({});
  const { lines, last } = await serve(router.folder, {
    server: { listen: `127.0.0.1:${router.server.port}` },
    operator: { enabled: false },
    store: { path: "outbox.sqlite" },
    callbacks: { "callbackNoSuchCommand": {} },
  });
  assertStringIncludes(about(lines, "callbacks.callbackNoSuchCommand").join(), "unknown command");
  assertStringIncludes(about(lines, "server.listen").join(), "the address is in use");
  assertStringIncludes(
    about(lines, "store.path").join(),
    `in use by another router (process ${router.server.pid})`,
  );
  assertEquals(last, "3 problems; nothing was started");
  assertEquals((await router.post(body)).status, 200, "the other router goes on");
});

Deno.test("a certificate of another key is told at the key, beside an address that is taken", async () => {
  await using folder = await tempFolder();
  using other = taken();
  await makeCertificate(folder, "one");
  await makeCertificate(folder, "two");
  const { lines, last } = await serve(folder, {
    server: {
      listen: `127.0.0.1:${other.addr.port}`,
      tls: { certificate: "one.pem", key: "two.key" },
    },
    operator: { listen: "127.0.0.1:0" },
    store: { path: "outbox.sqlite" },
  });
  assertStringIncludes(about(lines, "server.tls.key").join(), "the key of another certificate");
  assertEquals(about(lines, "server.listen").length, 1);
  assertEquals(last, "2 problems; nothing was started");
});

Deno.test("the public key of signatures is told beside a store that is damaged", async () => {
  await using folder = await tempFolder();
  await folder.write("outbox.sqlite", "this is no database, whatever its name says ".repeat(100));
  const { lines, last } = await serve(folder, {
    server: {
      listen: "127.0.0.1:0",
      signature: {
        algorithm: "RSA-SHA256",
        publicKey: "absent.pem",
        signatureHeader: "x-signature",
        nonceHeader: "x-nonce",
      },
    },
    operator: { listen: "127.0.0.1:0" },
    store: { path: "outbox.sqlite" },
  });
  assertStringIncludes(about(lines, "server.signature.publicKey").join(), "no such file");
  assertStringIncludes(about(lines, "store.path").join(), "outbox.sqlite cannot be opened");
  assertEquals(last, "2 problems; nothing was started");
});

Deno.test("an address that is meant for both listeners is told as such", async () => {
  await using folder = await tempFolder();
  const port = freePort();
  const { lines, last } = await serve(folder, {
    server: { listen: `0.0.0.0:${port}`, insecure: true },
    operator: { listen: `127.0.0.1:${port}` },
    store: { path: "outbox.sqlite" },
  });
  assertStringIncludes(about(lines, "operator.listen").join(), "is that of server.listen");
  assertEquals(last, "1 problem; nothing was started");
});

Deno.test("where an address itself is at fault, that of the default is not looked at", async () => {
  await using folder = await tempFolder();
  const { lines, last } = await serve(folder, {
    server: { listen: "10006" },
    operator: { listen: "127.0.0.1:0" },
    store: { path: "outbox.sqlite" },
  });
  assertEquals(about(lines, "server.listen").length, 1);
  assertStringIncludes(lines.join(), "expected host:port");
  assertEquals(last, "1 problem; nothing was started");
});

Deno.test("of a rules file that is no JSON it is said that the rest is not known", async () => {
  await using folder = await tempFolder();
  const file = await folder.write("rules.json", '{ "server": ');
  const { code, err } = await runRouter(["serve", file]);
  assertEquals(code, 1);
  assertStringIncludes(err, "broken JSON");
  assertStringIncludes(err, "when this is mended, the rest is looked at");
});

Deno.test("a command of a plugin that fails is not told to be unknown", async () => {
  await using folder = await tempFolder();
  await folder.write("own/broken.ts", 'throw new Error("out of order");\n');
  const { lines, last } = await serve(folder, {
    server: { listen: "127.0.0.1:0" },
    operator: { listen: "127.0.0.1:0" },
    plugins: { folders: ["own"] },
    store: { path: "outbox.sqlite" },
    callbacks: { callbackOfTheBrokenPlugin: { rules: [{ use: "log" }] } },
    tests: [{ name: "x", command: "callbackOfTheBrokenPlugin", expect: { answer: "continue" } }],
  });
  assertEquals(about(lines, "plugins").length, 1);
  assertEquals(last, "1 problem; nothing was started");
});

Deno.test("a start that failed can be repeated as soon as the cause is gone", async () => {
  await using folder = await tempFolder();
  const blocker = taken();
  const rules = {
    server: { listen: `127.0.0.1:${blocker.addr.port}` },
    operator: { listen: "127.0.0.1:0" },
    store: { path: "outbox.sqlite" },
  };
  const { last } = await serve(folder, rules);
  assertEquals(last, "1 problem; nothing was started");
  blocker.close();
  await using router = await startRouterProcess({ server: rules.server });
  await eventually("it listens", () => router.server.lines.length > 0);
});
