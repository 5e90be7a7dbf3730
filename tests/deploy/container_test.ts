import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { endServer, root, startServer } from "../support/server_process.ts";
import { deployed, environment, flagsAndRest, install, run } from "./installed.ts";

const file = await deployed("Containerfile");

/** The words of an instruction in its exec form. */
function words(instruction: string): readonly string[] {
  const found = new RegExp(`^${instruction}.*?(\\[.*\\])$`, "m").exec(file);
  return JSON.parse(found![1]!);
}

/** A text with the container's paths, which are those of the unit but for the code. */
const ofMachine = (word: string) =>
  word.replaceAll("/app", "/opt/openim-callback-router").replace(/^deno$/, "/usr/local/bin/deno");

Deno.test("the container's command starts, and its health check tells whether it answers", async () => {
  await using installed = await install();
  const command = [...words("ENTRYPOINT"), ...words("CMD")].map(ofMachine).map(installed.placed);
  const { flags, rest: [script, ...args] } = flagsAndRest(command);
  assertEquals(args, ["serve", installed.rules]);
  const env = {
    ...environment,
    ANALYTICS_URL: "https://analytics.example.com/",
    ROUTER_LISTEN: "127.0.0.1:0",
  };
  const server = await startServer(script!, args, { env, flags });
  const [, address = ""] = /"operator":"([\d.:]+)"/.exec(server.lines.join()) ?? [];
  const check = words("HEALTHCHECK").map(ofMachine).map(installed.placed)
    .map((word) => word.replace("127.0.0.1:10007", address));
  const [deno, ...checkArgs] = check;
  try {
    const healthy = await run(deno!, [...checkArgs, address]);
    assert(healthy.success, healthy.err);
    server.kill("SIGTERM");
    assertEquals((await server.status).code, 0);
  } finally {
    await endServer(server);
  }
  const gone = await run(deno!, [...checkArgs, address]);
  assertEquals(gone.success, false);
  assertStringIncludes(gone.err, address);
});

Deno.test("the container runs the unit's command", async () => {
  const unit = await deployed("openim-callback-router.service");
  const line = /^ExecStart=((?:.*\\\n)*.*)$/m.exec(unit)![1]!.replaceAll(/\\\n\s*/g, "");
  assertEquals([...words("ENTRYPOINT"), ...words("CMD")].map(ofMachine), line.split(/\s+/));
});

Deno.test("the container is not root, and writes where the unit does", () => {
  assertMatch(file, /^USER openim-router$/m);
  assertMatch(file, /^VOLUME \/var\/lib\/openim-callback-router$/m);
});

Deno.test("what the container copies is there, and let through", async () => {
  const ignored = await Deno.readTextFile(join(root, ".dockerignore"));
  for (const [, sources] of file.matchAll(/^COPY (?!--from)(.+) \S+$/gm)) {
    for (const source of sources!.split(" ")) {
      await Deno.stat(join(root, source));
      assertStringIncludes(ignored, `!${source.split("/")[0]}\n`);
    }
  }
});

Deno.test("the container has the Deno that the README names", async () => {
  const [, version] = /deno@([\d.]+)/.exec(await Deno.readTextFile(join(root, "README.md")))!;
  assertStringIncludes(file, `deno@${version}`);
});
