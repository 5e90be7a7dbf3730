import { assertEquals } from "@std/assert";
import { rulesFile } from "../../src/config/sections/rules_file.ts";
import { targetsOf } from "../../src/runtime/targets.ts";

const targetsIn = (targets: object) =>
  targetsOf(rulesFile.parse({ targets }), "/etc/router/rules.json");

const url = "https://analytics.example.com/openim";

Deno.test("a target's durations become milliseconds", () => {
  const [target] = targetsIn({
    analytics: { url, timeout: "3s", retry: { first: "250ms", longest: "2h" } },
  });
  assertEquals(
    [target?.timeout, target?.retry.delays],
    [3_000, { kind: "growing", first: 250, factor: 6, longest: 7_200_000 }],
  );
});

Deno.test("a target keeps what the rules file gives for it", () => {
  const [target] = targetsIn({
    analytics: {
      url,
      concurrency: 2,
      headers: { authorization: "Bearer x" },
      retry: { attempts: 3, factor: 2 },
    },
  });
  assertEquals(
    [target?.name, target?.url, target?.concurrency, target?.headers],
    ["analytics", url, 2, { authorization: "Bearer x" }],
  );
  assertEquals(target?.retry, {
    attempts: 3,
    delays: { kind: "growing", first: 5_000, factor: 2, longest: 36_000_000 },
    jitter: "full",
    maxAge: 604_800_000,
  });
});

Deno.test("a target that names its address alone has Svix's retry schedule and a breaker", () => {
  assertEquals(targetsIn({ analytics: { url } }), [{
    name: "analytics",
    url,
    timeout: 15_000,
    concurrency: 8,
    rate: undefined,
    headers: {},
    auth: {},
    secrets: [],
    network: "public",
    redirects: 0,
    ca: undefined,
    retry: {
      attempts: 8,
      delays: {
        kind: "listed",
        list: [5_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000, 36_000_000],
      },
      jitter: "none",
      maxAge: 604_800_000,
    },
    breaker: { failures: 10, pause: 5_000, longest: 300_000 },
    batch: undefined,
  }]);
});

Deno.test("a list of delays gives the number of attempts, unless that is said", () => {
  const [listed, more] = targetsIn({
    listed: { url, retry: { delays: ["1s", "2s"], maxAge: "1d", jitter: "full" } },
    more: { url, retry: { delays: ["1s"], attempts: 5 } },
  });
  assertEquals(listed?.retry, {
    attempts: 3,
    delays: { kind: "listed", list: [1_000, 2_000] },
    jitter: "full",
    maxAge: 86_400_000,
  });
  assertEquals(more?.retry.attempts, 5);
});

Deno.test("a delivery is waited for no longer than a week, unless the rules file says otherwise", () => {
  const ageOf = (retry: object) => targetsIn({ it: { url, retry } })[0]?.retry.maxAge;
  assertEquals(
    [ageOf({}), ageOf({ first: "1s" }), ageOf({ maxAge: "1m" }), ageOf({ maxAge: "none" })],
    [604_800_000, 604_800_000, 60_000, undefined],
  );
});

Deno.test("a delay that is never over in time is told, with the age in its way", () => {
  const problemsOf = (retry: object) =>
    rulesFile.safeParse({ targets: { analytics: { url, retry } } }).error?.issues
      .map(({ path, message }) => `${path.slice(3).join(".")}: ${message}`) ?? [];
  assertEquals(problemsOf({ delays: ["1s", "8d"] }), [
    'delays.1: 8d is longer than "maxAge", 7d, and would never be over in time; ' +
    'write a longer "maxAge"',
  ]);
  assertEquals(problemsOf({ first: "2h", maxAge: "1h" }).length, 1);
  assertEquals(problemsOf({ delays: ["1s", "8d"], maxAge: "9d" }), []);
  assertEquals(problemsOf({ first: "8d", longest: "8d", maxAge: "none" }), []);
  // the longest of delays that grow may lie beyond what the age lets them reach
  assertEquals(problemsOf({ first: "1s", longest: "10h", maxAge: "1h" }), []);
});

Deno.test("a length of time that no clock can count is refused with the most there is", () => {
  const problemsOf = (target: object) =>
    rulesFile.safeParse({ targets: { analytics: { url, ...target } } }).error?.issues
      .map(({ path, message }) => `${path.slice(2).join(".")}: ${message}`) ?? [];
  const most = 'expected at most "36500d", a hundred years';
  for (const long of ["36501d", "106751991168d", "999999999999.999d"]) {
    assertEquals(problemsOf({ retry: { maxAge: "none", delays: [long] } }), [
      `retry.delays.0: ${most}`,
    ]);
    assertEquals(problemsOf({ retry: { maxAge: "none", longest: long } }), [
      `retry.longest: ${most}`,
    ]);
  }
  assertEquals(problemsOf({ retry: { maxAge: "none", delays: ["36500d"] } }), []);
  assertEquals(problemsOf({ retry: { maxAge: "999999999999d" } }).length, 1);
});

Deno.test("what is no length of time is told, and not taken for one", () => {
  for (const text of ["", "1y", "7", "never"]) {
    for (const option of ["maxAge", "first", "longest"]) {
      const { error } = rulesFile.safeParse({
        targets: { analytics: { url, retry: { [option]: text } } },
      });
      assertEquals(error?.issues.map(({ path }) => path.at(-1)), [option], text);
    }
    const { error } = rulesFile.safeParse({ targets: { analytics: { url, timeout: text } } });
    assertEquals(error?.issues.map(({ path }) => path.at(-1)), ["timeout"], text);
  }
});

Deno.test("delays are listed or grow, not both", () => {
  const retry = { delays: ["1s"], first: "1s", longest: "1h" };
  const { error } = rulesFile.safeParse({ targets: { analytics: { url, retry } } });
  assertEquals(error?.issues.map(({ path }) => path.at(-1)), ["first", "longest"]);
});

Deno.test("a target's breaker can be left out, and a batch has its bounds", () => {
  const [target] = targetsIn({ analytics: { url, breaker: false, batch: {}, rate: 0.5 } });
  assertEquals([target?.breaker, target?.batch, target?.rate], [
    undefined,
    { max: 50, wait: 200 },
    0.5,
  ]);
});

Deno.test("targets keep their order", () => {
  assertEquals(targetsIn({ b: { url }, a: { url } }).map(({ name }) => name), ["b", "a"]);
});

Deno.test("a target's headers are checked when the rules file is loaded", () => {
  for (const headers of [{ "X-Team": "a", "x-team": "b" }, { "x team": "a" }, { "x-team": "\n" }]) {
    const { success } = rulesFile.safeParse({ targets: { analytics: { url, headers } } });
    assertEquals(success, false, JSON.stringify(headers));
  }
});

const authOf = (target: object) => targetsIn({ it: { url, ...target } })[0]?.auth;

Deno.test("a target's proof of identity becomes a header", () => {
  assertEquals(authOf({ auth: { bearer: "t0ken" } }), { authorization: "Bearer t0ken" });
  assertEquals(authOf({ auth: { header: "x-key", value: "hush" } }), { "x-key": "hush" });
  assertEquals(authOf({ auth: { basic: { user: "router", password: "pä:ss" } } }), {
    authorization: `Basic ${new TextEncoder().encode("router:pä:ss").toBase64()}`,
  });
});

Deno.test("a user in the URL proves who sends, unless another proof takes its place", () => {
  const withUser = { url: "https://router:p%40ss@analytics.example.com/" };
  assertEquals(authOf(withUser), { authorization: `Basic ${btoa("router:p@ss")}` });
  assertEquals(authOf({ ...withUser, auth: { bearer: "t0ken" } }), {
    authorization: "Bearer t0ken",
  });
});

Deno.test("a target has as many secrets as the rules file gives", () => {
  const secretsOf = (target: object) => targetsIn({ it: { url, ...target } })[0]?.secrets;
  assertEquals(
    [secretsOf({}), secretsOf({ secret: "a" }), secretsOf({ secrets: ["a", "b"] })],
    [[], ["a"], ["a", "b"]],
  );
});

Deno.test("the file of an authority is found beside the rules file", () => {
  assertEquals(targetsIn({ it: { url, ca: "ca.pem" } })[0]?.ca, "/etc/router/ca.pem");
});
