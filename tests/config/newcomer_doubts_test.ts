import { assertEquals } from "@std/assert";
import { beforeSend, chainOf, groupRead, rulesProject } from "./rules_project.ts";

const rule = (one: object) => chainOf(beforeSend, [one]);
const when = (condition: string) => rule({ use: "log", when: condition });
const at = `callbacks.${beforeSend}`;
const waits = { use: "forward", to: "t", wait: true };
const target = (timeout: string) => ({ targets: { t: { url: "https://t.example", timeout } } });

for (
  const [doubt, rules, warns] of [
    ["a target that no rule names", { ...target("1s"), ...rule({ use: "log" }) }, [
      '1:13 targets.t: no rule forwards to it; write { "use": "forward", "to": "t" }, or leave it out',
    ]],
    [
      "a rule behind a refusal without a condition",
      chainOf(beforeSend, [{ use: "refuse", message: "no" }, { use: "log" }, {
        use: "log",
        run: "always",
      }]),
      [`1:94 ${at}.rules[1]: this never runs: the refusal before it has no condition; give that a "when", or move this before it`],
    ],
    [
      "a rule behind a refusal with a condition",
      chainOf(beforeSend, [{ use: "refuse", message: "no", when: "sendID == 'a'" }, {
        use: "log",
      }]),
      [],
    ],
    [
      "a rule behind a refusal in the other branch",
      chainOf(beforeSend, [{
        when: "sendID == 'a'",
        rules: [{ use: "refuse", message: "no" }],
        else: [{ use: "log" }],
      }]),
      [],
    ],
    ["a timeout beyond the budget of the chain that waits", { ...target("10s"), ...rule(waits) }, [
      `1:54 targets.t.timeout: the chain of ${beforeSend} waits for it, for 4000 ms at most; write a timeout within that, or a longer "budget" of the chain`,
    ]],
    ["a timeout within the budget", { ...target("3s"), ...rule(waits) }, []],
    ["a long timeout of a target that gets stored deliveries too", {
      ...target("10s"),
      ...chainOf(beforeSend, [waits, { use: "forward", to: "t" }]),
    }, []],
    ["a budget beyond OpenIM's own timeout", chainOf(beforeSend, [], { budget: "6s" }), [
      `1:62 ${at}.budget: ${beforeSend} may take 6s, and OpenIM waits 5s, the "timeout" of its own webhooks.yml; write a shorter budget, or give OpenIM the longer timeout that "deno task webhooks" prints`,
    ]],
    ["a budget beyond what OpenIM ever waits", chainOf(beforeSend, [], { budget: "15s" }), [
      `1:62 ${at}.budget: ${beforeSend} may take 15s, and OpenIM waits 15s at most; write a shorter budget`,
    ]],
    ["a long budget of an after-chain", chainOf(groupRead, [], { budget: "20s" }), []],
    ["milliseconds taken for seconds", when("timestamp(receivedAt).getHours() > 8"), [
      `1:93 ${at}.rules[0].when: timestamp() takes seconds, and receivedAt is in milliseconds; write timestamp(receivedAt / 1000)`,
    ]],
    [
      "a short name of a time zone",
      when("timestamp(receivedAt / 1000).getHours('CST') > 8"),
      [`1:121 ${at}.rules[0].when: "CST" is read as America/Chicago; write the whole name of the zone, such as "Asia/Shanghai"`],
    ],
    ["a time zone without a place", when("timestamp(receivedAt / 1000).getHours('UTC') > 8"), []],
    ["a condition that is always false", when("false"), [
      `1:82 ${at}.rules[0].when: this is always false`,
    ]],
    ["an answer of a target that no rule waits for", {
      targets: { t: { url: "https://t.example" } },
      callbacks: { [beforeSend]: { rules: [{ use: "forward", to: "t" }] } },
      tests: [{
        ...{ name: "a", command: beforeSend, answers: { t: { body: { errCode: 1501 } } } },
        expect: { delivered: ["t"] },
      }],
    }, [
      `1:215 tests[0].answers.t: no rule of ${beforeSend} waits for "t", so this is not read: a test answers no stored delivery; leave this out, or add "wait": true to the rule`,
    ]],
    ["an answer of a target that a rule of an earlier callback waits for", {
      ...target("1s"),
      ...rule(waits),
      tests: [{
        ...{ name: "a", command: groupRead, targets: { t: "down" } },
        ...{ earlier: [{ command: beforeSend }], expect: { answer: "continue" } },
      }],
    }, []],
    ["a count that nothing reads", rule({ use: "count", name: "a" }), [
      `1:62 ${at}.rules[0]: no expression reads counts.a; use it in a later rule, or leave this out`,
    ]],
  ] as const
) {
  const expectation = warns.length === 0 ? "is nothing to warn of" : "is warned of at its place";
  Deno.test(`${doubt} ${expectation}`, async () => {
    await using project = await rulesProject(rules);
    assertEquals(await project.warnings(), warns.map((line) => `rules.json:${line}`));
  });
}
