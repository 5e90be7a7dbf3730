import { assertEquals } from "@std/assert";
import { readSettings } from "../../../src/config/load/read_settings.ts";

const url = "https://analytics.example.com/openim";

/** What is wrong with a target: `url: message`. */
function problemsOf(target: object): readonly string[] {
  return readSettings({ targets: { it: { url, ...target } } }).problems
    .map(({ path, message }) => `${path.slice(2).join(".")}: ${message}`);
}

const meant = 'to which nothing is sent; if that is meant, write "network": "private" beside it';

for (
  const [host, reason] of [
    ["127.0.0.1:9000", "127.0.0.1 is a loopback address"],
    ["0x7f.1", "127.0.0.1 is a loopback address"],
    ["10.0.0.5", "10.0.0.5 is a private address"],
    ["[::1]:9000", "[::1] is a loopback address"],
    ["169.254.169.254", "169.254.169.254 is a cloud's metadata address"],
    ["localhost:9000", "localhost is this machine's own name"],
  ]
) {
  Deno.test(`a target at ${host} is an error that says what to write`, () => {
    assertEquals(problemsOf({ url: `http://${host}/` }), [`url: ${reason}, ${meant}`]);
    assertEquals(problemsOf({ url: `http://${host}/`, network: "private" }), []);
  });
}

Deno.test("a public target is in order, by name or by address", () => {
  for (const host of ["analytics.example.com", "1.1.1.1", "[2606:4700:4700::1111]"]) {
    assertEquals(problemsOf({ url: `https://${host}/` }), []);
  }
});

Deno.test("a secret is base64 after whsec_, or any text", () => {
  for (const secret of ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_YQ==", "pässword", "a"]) {
    assertEquals(problemsOf({ secret }), [], secret);
  }
  const noBase64 = 'is no base64 after "whsec_"; ' +
    'a secret without "whsec_" is taken as its text\'s UTF-8';
  for (const secret of ["whsec_", "whsec_abc", "whsec_-_-_", "whsec_a b="]) {
    assertEquals(problemsOf({ secret }), [`secret: ${noBase64}`], secret);
  }
});

Deno.test("an empty secret is an error: its variable is probably not set", () => {
  const empty = "is empty; give the secret that the target verifies with";
  assertEquals(problemsOf({ secret: "" }), [`secret: ${empty}`]);
  assertEquals(problemsOf({ secrets: ["a", ""] }), [`secrets.1: ${empty}`]);
});

Deno.test("one secret and several are not given together", () => {
  assertEquals(problemsOf({ secret: "a", secrets: ["b"] }), [
    'secret: stands beside "secrets"; put it among them',
  ]);
});

Deno.test("a proof of identity has one of three forms", () => {
  for (
    const auth of [
      { bearer: "token" },
      { basic: { user: "router", password: "a:b" } },
      { header: "x-key", value: "secret" },
    ]
  ) assertEquals(problemsOf({ auth }), [], JSON.stringify(auth));
  const forms = 'auth: expected one of { "bearer" }, { "basic": { "user", "password" } } and ' +
    '{ "header", "value" }';
  for (
    const auth of [
      {},
      { header: "x-key" },
      { value: "secret" },
      { bearer: "token", value: "secret" },
      { bearer: "token", header: "x-key", value: "secret" },
    ]
  ) assertEquals(problemsOf({ auth }), [forms], JSON.stringify(auth));
});

Deno.test("no message about a proof or a secret holds it", () => {
  for (
    const target of [
      { secret: "whsec_hush!" },
      { secrets: ["hush", "whsec_hush!"], secret: "hush" },
      { auth: { bearer: "hush\n" } },
      { auth: { basic: { user: "hush:", password: "hush" } } },
      { auth: { header: "x key", value: "hush\n" } },
      { auth: { header: "host", value: "hush" } },
    ]
  ) {
    const problems = problemsOf(target);
    assertEquals(problems.length > 0, true, JSON.stringify(target));
    assertEquals(problems.filter((problem) => problem.includes("hush")), []);
  }
});

Deno.test("an authority of one's own is for https", () => {
  assertEquals(problemsOf({ ca: "ca.pem" }), []);
  assertEquals(problemsOf({ url: "http://a.example/", ca: "ca.pem" }), ["ca: is for https alone"]);
});
