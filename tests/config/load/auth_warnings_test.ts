import { assertEquals } from "@std/assert";
import { beforeSend, chainOf, groupRead, pluginFile, rulesProject } from "../rules_project.ts";

const secret = "0123456789abcdef";
const callers = { allow: ["10.0.0.0/8"] };
const token = { header: "x-token", value: secret };
const refuse = chainOf(beforeSend, [{ use: "refuse", message: "no" }]);

/** Where it is warned of something, by path. */
async function warned(server: object, rules: object = {}, files = {}): Promise<readonly string[]> {
  await using project = await rulesProject({ server, ...rules }, { files });
  const warnings = await project.warnings();
  return warnings.map((warning) => /^\S+ (\S+): /.exec(warning)![1]!);
}

Deno.test("a secret in the path that is the only proof is warned of", async () => {
  assertEquals(await warned({ secret }), ["server.secret"]);
  assertEquals(await warned({ secret: [secret] }), ["server.secret"]);
  assertEquals(await warned({ secret, callers: { allow: ["0.0.0.0/0"] } }), ["server.secret"]);
  assertEquals(await warned({ secret, callers: { trustedProxies: ["10.0.0.1"] } }), [
    "server.secret",
  ]);
});

Deno.test("a secret beside another proof, and other proofs alone, are not warned of", async () => {
  for (const server of [{ secret, callers }, { secret, token }, { callers }, { token }, {}]) {
    assertEquals(await warned(server), []);
  }
});

const reads = chainOf(groupRead, [{ use: "log" }]);
const limit = { use: "limit", name: "pace", key: "sendID", rate: "1/1m" };
const failing = chainOf(beforeSend, [{ use: "log" }], { onError: "refuse" });
const handle = pluginFile(beforeSend, { timing: "before" }).replace(
  "sample:",
  "handle: () => undefined,\n sample:",
);

for (
  const [what, rules, files] of [
    ["a rule that refuses", refuse, {}],
    [
      "a limit that refuses",
      chainOf(beforeSend, [{ ...limit, action: "refuse", message: "m" }]),
      {},
    ],
    ["a chain whose failures refuse", failing, {}],
    ["a plugin's code, which may refuse", {}, { "plugins/send.ts": handle }],
    ["a shared chain that refuses", chainOf("*", [{ use: "refuse", message: "no" }]), {}],
  ] as const
) {
  Deno.test(`${what} is warned of where a mistyped secret would switch it off`, async () => {
    assertEquals(await warned({ callers }, rules, files), ["server"]);
    for (const unproven of ["refuse", "continue"]) {
      assertEquals(await warned({ callers, unproven }, rules, files), []);
    }
    assertEquals(await warned({}, rules, files), []);
  });
}

Deno.test("rules that refuse nothing need no word about callers without proof", async () => {
  assertEquals(await warned({ callers }, reads), []);
  const tagging = chainOf(beforeSend, [
    { ...limit, action: "tag", tag: "fast" },
    { use: "log", when: "tags.fast" },
  ]);
  assertEquals(await warned({ callers }, tagging), []);
});
