import { assertEquals, assertStringIncludes } from "@std/assert";
import { fillIn } from "../../../src/config/load/environment.ts";
import { rulesFile } from "../../../src/config/sections/rules_file.ts";
import { secretValues } from "../../../src/config/load/secret_values.ts";
import { rulesProject } from "../rules_project.ts";

const environment: Readonly<Record<string, string>> = {
  HOST: "analytics.internal",
  HOOK: "https://analytics.internal/hook/T0ken-of-the-path?key=in-the-query",
  TOKEN: "token-from-the-environment",
  LISTEN: "127.0.0.1:10006",
  SHORT: "abc",
  FOLDER: "/var/lib/router",
};

/** The secrets of a rules file, with what stands for each. */
function secretsOf(written: object): Readonly<Record<string, string>> {
  const { value, variables } = fillIn(written, (name) => environment[name]);
  return Object.fromEntries(secretValues(rulesFile.parse(value), variables));
}

const target = (settings: object) => ({
  targets: { analytics: { url: "https://analytics.example/", ...settings } },
});

for (
  const [what, written, expected] of [
    ["a path's secret", { server: { secret: "0123456789abcdef" } }, ["0123456789abcdef"]],
    [
      "each of several secrets of the path",
      { server: { secret: ["0123456789abcdef", "fedcba9876543210"] } },
      ["0123456789abcdef", "fedcba9876543210"],
    ],
    [
      "the token of callers, with its scheme and without",
      { server: { token: { value: "Bearer 0123456789abcdef" } } },
      ["Bearer 0123456789abcdef", "0123456789abcdef"],
    ],
    [
      "the secret of a signature, and none of its headers",
      {
        server: {
          signature: {
            algorithm: "HMAC-SHA256",
            secret: "0123456789abcdef",
            signatureHeader: "x-signature",
            nonceHeader: "x-nonce-header",
          },
        },
      },
      ["0123456789abcdef"],
    ],
    ["the operator's token", { operator: { token: "0123456789abcdef" } }, ["0123456789abcdef"]],
    ["a target's secret", target({ secret: "signing" }), ["signing"]],
    [
      "a target's secret as the base64 that it is",
      target({ secret: "whsec_c2VjcmV0c2VjcmV0" }),
      ["whsec_c2VjcmV0c2VjcmV0", "c2VjcmV0c2VjcmV0"],
    ],
    [
      "each of a target's secrets",
      target({ secrets: ["signing-1", "signing-2"] }),
      ["signing-1", "signing-2"],
    ],
    ["a bearer", target({ auth: { bearer: "bearer-1" } }), ["bearer-1"]],
    [
      "a password, as it is and as it is sent, and not the user",
      target({ auth: { basic: { user: "router-user", password: "pass-word" } } }),
      ["pass-word", btoa("router-user:pass-word")],
    ],
    [
      "a proof in a header of another name",
      target({ auth: { header: "x-api-key", value: "api-key-1" } }),
      ["api-key-1"],
    ],
    [
      "the headers of a target, but for those that say nothing",
      target({ headers: { "x-tenant": "tenant-1", "content-type": "application/json" } }),
      ["tenant-1"],
    ],
    [
      "the headers of a rule",
      {
        callbacks: { "*": { rules: [{ use: "forward", to: "a", headers: { "x-a": "value-1" } }] } },
      },
      ["value-1"],
    ],
    ["what is too short to be told from other words", target({ secret: "12345" }), []],
  ] as const
) {
  Deno.test(`not to be logged: ${what}`, () => {
    assertEquals(Object.keys(secretsOf(written)).toSorted(), [...expected].toSorted());
  });
}

Deno.test("of a URL the host may be logged, and nothing else", () => {
  const url = "https://user:pass%20word@analytics.example/hook/T0ken-of-the-path?key=in-the-query";
  assertEquals(secretsOf({ targets: { analytics: { url } } }), {
    "analytics.example/hook/T0ken-of-the-path?key=in-the-query": "analytics.example/***",
    "pass%20word": "***",
    "pass word": "***",
    "in-the-query": "***",
    "T0ken-of-the-path": "***",
  });
});

Deno.test("what a variable is filled in with is told by its name", () => {
  const secrets = secretsOf({
    server: { token: { value: "Bearer ${TOKEN}" } },
    targets: { analytics: { url: "${HOOK}" } },
    callbacks: { "*": { rules: [{ use: "log", when: "command != '${FOLDER}'" }] } },
  });
  assertEquals(secrets[environment.TOKEN!], "${TOKEN}");
  assertEquals(secrets[environment.HOOK!], "${HOOK}");
  assertEquals(secrets[environment.FOLDER!], "${FOLDER}");
});

Deno.test("variables that are places, hosts or short may be logged", () => {
  const secrets = secretsOf({
    server: { listen: "${LISTEN}" },
    store: { path: "${FOLDER}" },
    log: { file: { path: "${FOLDER}" } },
    targets: { analytics: { url: "https://${HOST}/" } },
    callbacks: { "*": { rules: [{ use: "log", when: "command != '${SHORT}'" }] } },
  });
  assertEquals(secrets, {});
});

Deno.test("a problem of the rules file quotes no variable's value", async () => {
  await using project = await rulesProject(
    { callbacks: { "*": { rules: [{ use: "forward", to: "${TARGET}" }] } } },
    { environment: { TARGET: "s3cret-name" } },
  );
  const [problem = ""] = await project.problems();
  assertStringIncludes(problem, 'unknown target "${TARGET}"');
  assertEquals(problem.includes("s3cret"), false);
});
