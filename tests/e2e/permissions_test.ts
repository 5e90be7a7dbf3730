import { join } from "@std/path";
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { certificates } from "../support/certificates.ts";
import { eventually } from "../support/eventually.ts";
import { runRouter } from "../support/router_command.ts";
import { groupRead } from "../support/router_process.ts";
import { endServer, startServer } from "../support/server_process.ts";
import { startTarget } from "../support/target_server.ts";
import { tempFolder } from "../support/temp_folder.ts";

const body = JSON.stringify({ sendID: "u1", receiveID: "u1", unreadMsgNum: 1, contentType: 3 });

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/** The words of a command line, as a shell takes it apart. */
async function wordsOf(line: string): Promise<readonly string[]> {
  const { stdout } = await new Deno.Command("sh", { args: ["-c", `printf '%s\\n' ${line}`] })
    .output();
  return new TextDecoder().decode(stdout).trimEnd().split("\n");
}

const minePlugin = `
import { definePlugin } from "@openim-router/plugin";
import { z } from "zod";
export default definePlugin({
  command: "callbackAfterMineCommand",
  timing: "after",
  area: "mine",
  summary: "For tests.",
  request: z.looseObject({}),
  sample: {},
});
`;

Deno.test("the command that --permissions prints serves, delivers, watches and stops", async () => {
  await using folder = await tempFolder();
  const made = await certificates();
  await using plain = startTarget();
  await using secure = startTarget(undefined, { tls: { cert: made.cert, key: made.key } });
  const [port, operatorPort] = [freePort(), freePort()];
  await folder.write("config dir/lists/spam.txt", "casino\n");
  await folder.write("config dir/ca.pem", made.ca);
  await folder.write("config dir/own/mine.ts", minePlugin);
  const rules = {
    server: { listen: `127.0.0.1:${port}`, secret: "${ROUTER_SECRET}" },
    operator: { listen: `127.0.0.1:${operatorPort}` },
    store: { path: "../state/outbox.sqlite" },
    plugins: { folders: ["own"] },
    targets: {
      named: {
        url: plain.url.replace("127.0.0.1", "localhost"),
        network: "private",
        auth: { bearer: "${TARGET_TOKEN}" },
      },
      secure: { url: secure.url, network: "private", ca: "ca.pem" },
    },
    callbacks: {
      [groupRead]: { rules: [{ use: "forward", to: "named" }, { use: "forward", to: "secure" }] },
      callbackBeforeSendSingleMsgCommand: {
        rules: [{ use: "words", files: ["lists/spam.txt"], action: "tag", tag: "spam" }],
      },
    },
  };
  const file = await folder.write("config dir/rules.json", JSON.stringify(rules));
  const secret = "s3cret-of-the-house-0123";
  const env = { ROUTER_SECRET: secret, TARGET_TOKEN: "t0ken" };
  const printed = await runRouter(["check", file, "--permissions"], { env });
  assertEquals(printed.code, 0, printed.err);
  assertEquals(printed.out.includes(secret), false);
  const [deno, run, ...words] = await wordsOf(printed.out.trimEnd());
  assertEquals([deno, run], ["deno", "run"]);
  const flags = words.filter((word) => word.startsWith("--"));
  const [script, ...args] = words.slice(flags.length);
  assertEquals(args, ["serve", file]);
  assertEquals(
    flags.filter((flag) => flag.startsWith("--allow-net")),
    [
      `--allow-net=${
        [
          ...[`127.0.0.1:${port}`, `127.0.0.1:${operatorPort}`, `127.0.0.1:${plain.port}`],
          ...[`127.0.0.1:${secure.port}`, `[::1]:${plain.port}`, "localhost"],
        ].sort().join(",")
      }`,
    ],
  );
  assertEquals(
    flags.some((flag) => !flag.includes("=") && flag.startsWith("--allow")),
    false,
    "nothing is allowed as a whole",
  );

  const server = await startServer(script!, args, { env, flags });
  try {
    const url = `http://127.0.0.1:${port}/${secret}/${groupRead}`;
    const headers = { "content-type": "application/json" };
    const answer = await fetch(url, { method: "POST", headers, body });
    assertEquals((await answer.json()).errCode, 0);
    const [delivery] = await plain.arrived(1);
    assertEquals([delivery!.text, delivery!.headers.get("authorization")], [body, "Bearer t0ken"]);
    assertEquals((await secure.arrived(1))[0]!.text, body);
    for (const page of ["readyz", "metrics", "api/rules"]) {
      const response = await fetch(`http://127.0.0.1:${operatorPort}/${page}`);
      await response.body?.cancel();
      assertEquals(response.status, 200, page);
    }

    await Deno.writeTextFile(file, JSON.stringify({ ...rules, counters: { maxKeys: 5 } }));
    const told = (text: string) => server.lines.find((line) => line.includes(text));
    await eventually("the change is found", () => told("rules replaced") !== undefined);
    assertEquals(told("not reported"), undefined, "the system reports the change");

    const elsewhere = { elsewhere: { url: "https://192.0.2.7/", network: "private" } };
    const more = {
      ...rules,
      targets: { ...rules.targets, ...elsewhere },
      counters: { maxKeys: 7 },
      log: { level: "${LOG_LEVEL:-info}" },
    };
    await Deno.writeTextFile(file, JSON.stringify({ ...more, log: {} }));
    await eventually(
      "a target beyond the rights is refused",
      () => told("192.0.2.7:443") !== undefined,
    );
    assertStringIncludes(told("192.0.2.7:443")!, "without the right to connect to");
    assertStringIncludes(told("192.0.2.7:443")!, "rules file refused");
    await Deno.writeTextFile(file, JSON.stringify(more));
    await eventually(
      "a variable beyond the rights is refused",
      () => told("LOG_LEVEL") !== undefined,
    );
    assertStringIncludes(told("LOG_LEVEL")!, "without the right to read the variable LOG_LEVEL");

    server.kill("SIGTERM");
    assertEquals((await server.status).code, 0);
    assertStringIncludes(server.lines.at(-1)!, '"remaining":[]');
  } finally {
    await endServer(server);
  }
});

Deno.test("what the rules do not need is not allowed", async () => {
  await using folder = await tempFolder();
  const rules = { server: { listen: "127.0.0.1:10006" }, operator: { enabled: false } };
  const file = await folder.write("rules.json", JSON.stringify(rules));
  const { out, err } = await runRouter(["check", file, "--permissions"]);
  assertMatch(out, / --allow-net=127\.0\.0\.1:10006 /);
  assertMatch(out, new RegExp(` --allow-write=${folder.path}/data `));
  assertEquals(err, "");
});

Deno.test("a target by name is allowed by its name and its port, and a note says what that means", async () => {
  await using folder = await tempFolder();
  const file = await folder.write(
    "rules.json",
    JSON.stringify({
      targets: { analytics: { url: "https://analytics.example.com/openim", redirects: 1 } },
    }),
  );
  const { out, err } = await runRouter(["check", file, "--permissions"]);
  assertMatch(
    out,
    / --allow-net=0\.0\.0\.0\/0:443,127\.0\.0\.1:10006,127\.0\.0\.1:10007,analytics\.example\.com /,
  );
  assertStringIncludes(err, "note: targets.analytics: Deno checks the address");
  assertStringIncludes(err, "note: targets.analytics: add the hosts that it may redirect to");
});

Deno.test("a bad rules file has no command, but its problems", async () => {
  await using folder = await tempFolder();
  const file = await folder.write("rules.json", '{ "sever": {} }');
  const { code, out, err } = await runRouter(["check", file, "--permissions"]);
  assertEquals([code, out], [1, ""]);
  assertStringIncludes(err, 'did you mean "server"?');
});

Deno.test("a path that no option can name is told as such", async () => {
  await using folder = await tempFolder();
  const file = await folder.write("a,b/rules.json", "{}");
  const { code, out, err } = await runRouter(["check", file, "--permissions"]);
  assertEquals([code, out], [1, ""]);
  assertStringIncludes(err, "a,b: Deno takes a comma for the end of a path");
});

Deno.test("--permissions lets a log file be begun, read and renamed in its folder", async () => {
  await using folder = await tempFolder();
  const log = { file: { path: "../logs/router.log" } };
  const file = await folder.write("config/rules.json", JSON.stringify({ log }));
  const { out } = await runRouter(["check", file, "--permissions"]);
  const words = await wordsOf(out.trimEnd());
  const listOf = (option: string) =>
    words.find((word) => word.startsWith(`--allow-${option}=`))!.split("=")[1]!.split(",");
  assertEquals(listOf("write"), [join(folder.path, "config/data"), join(folder.path, "logs")]);
  assertEquals(listOf("read").includes(join(folder.path, "logs")), true);
});
