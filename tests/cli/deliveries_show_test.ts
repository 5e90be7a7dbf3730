import { assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { showDelivery } from "../../src/cli/deliveries_show.ts";
import { UsageError } from "../../src/cli/terminal.ts";
import { type Stored, storedOutbox } from "./stored_outbox.ts";

const at = Date.UTC(2026, 0, 2, 3, 4, 5);
const attempt = { at, duration: 12.4, status: 503, error: "status 503", answer: "try later" };

async function shown(stored: readonly Stored[], id: string, rules = {}): Promise<string> {
  await using outbox = await storedOutbox(stored, rules);
  await showDelivery({ id, rules: outbox.rules }, outbox.terminal);
  return outbox.terminal.output;
}

Deno.test("a dead letter is shown with its facts and its body", async () => {
  const output = await shown([{
    id: "d1",
    operationID: "op-7",
    orderKey: "g1",
    createdAt: at,
    body: '{"sendID":"u1","n":9007199254740993}',
    became: "dead",
  }], "d1");
  for (
    const line of [
      /^delivery +d1$/m,
      /^status +dead$/m,
      /^target +analytics \(the rules file names no such target\)$/m,
      /^command +callbackAfterGroupMsgReadCommand$/m,
      /^operationID +op-7$/m,
      /^order key +g1$/m,
      /^made +2026-01-02T03:04:05Z$/m,
      /^given up +20/m,
      /^tries +1$/m,
      /^error +status 503$/m,
    ]
  ) {
    assertMatch(output, line);
  }
  assertStringIncludes(output, 'body\n  {"sendID":"u1","n":9007199254740993}');
});

Deno.test("each attempt is shown with its time, status, duration, error and answer", async () => {
  const output = await shown([{ id: "d1", became: "retry", attempt }], "d1");
  assertStringIncludes(output, "attempts\n  1  2026-01-02T03:04:05Z  503  12 ms  status 503");
  assertStringIncludes(output, "     answer: try later");
});

Deno.test("a secret of the rules file that an answer quotes is hidden", async () => {
  const answer = "who is Bearer a-s3cret-of-enough-length?";
  const output = await shown(
    [{ id: "d1", became: "retry", attempt: { ...attempt, answer } }],
    "d1",
    {
      targets: {
        analytics: {
          url: "https://a.example.com/",
          auth: { bearer: "a-s3cret-of-enough-length" },
        },
      },
    },
  );
  assertStringIncludes(output, "answer: who is Bearer ***?");
});

Deno.test("a variable's value in a body, an order key or an error is shown by its name", async () => {
  const variable = "ROUTER_SHOW_TEST_KEY";
  Deno.env.set(variable, 'hunter "2"');
  try {
    const output = await shown(
      [{
        id: "d1",
        became: "dead",
        attempt: { ...attempt, error: 'no hunter "2"' },
        orderKey: 'g1 hunter "2"',
        body: '{"key":"hunter \\"2\\""}',
      }],
      "d1",
      {
        targets: {
          analytics: {
            url: "https://a.example.com/",
            body: { shape: `{'key': '\${${variable}}'}` },
            order: `groupID + '\${${variable}}'`,
          },
        },
      },
    );
    assertStringIncludes(output, `body\n  {"key":"\${${variable}}"}`);
    assertMatch(output, /^order key +g1 \$\{ROUTER_SHOW_TEST_KEY\}$/m);
    assertStringIncludes(output, `12 ms  no \${${variable}}`);
    assertEquals(output.includes("hunter"), false);
  } finally {
    Deno.env.delete(variable);
  }
});

Deno.test("an attempt without an answer says so", async () => {
  const failed = { ...attempt, status: undefined, answer: undefined, error: "no answer" };
  const output = await shown([{ id: "d1", became: "dead", attempt: failed }], "d1");
  assertStringIncludes(output, "2026-01-02T03:04:05Z  no answer  12 ms  no answer");
  assertEquals(output.includes("answer:"), false);
});

Deno.test("what was not tried yet has no attempts", async () => {
  assertStringIncludes(await shown([{ id: "d1" }], "d1"), "attempts\n  none yet");
});

Deno.test("attempts of which nothing is written down, as of an older version, are not denied", async () => {
  const output = await shown([{ id: "d1", became: "retry" }], "d1");
  assertStringIncludes(output, "attempts\n  none of them is written down");
});

Deno.test("the values of the headers that the rules file gives are not shown", async () => {
  const headers = { "X-Api-Key": "s3cret-of-the-target" };
  const url = "https://user:s3cret-in-the-url@crm.example.com/hook";
  const output = await shown(
    [{ id: "d1", target: "crm", headers: { authorization: "Bearer s3cret-of-the-rule" } }],
    "d1",
    { targets: { crm: { url, headers } } },
  );
  assertEquals(output.includes("s3cret"), false);
  assertMatch(output, /^ {2}x-api-key +\*{8}$/m);
  assertMatch(output, /^ {2}authorization +\*{8}$/m);
  assertMatch(output, /^ {2}webhook-id +d1$/m);
  assertMatch(output, /^ {2}x-delivery-attempt +1$/m);
  assertMatch(output, /^target +crm \(https:\/\/crm\.example\.com\/\*{3}\)$/m);
});

Deno.test("the beginning of an ID is enough where no other begins with it", async () => {
  assertMatch(await shown([{ id: "aa11" }, { id: "ab22" }], "aa"), /^delivery +aa11$/m);
});

Deno.test("a whole ID is meant although another begins with it", async () => {
  assertMatch(await shown([{ id: "d11" }, { id: "d1" }], "d1"), /^delivery +d1$/m);
});

Deno.test("an answer of a target cannot write to the terminal", async () => {
  const answer = "\u001b[2Jgone\u0007";
  const output = await shown([{ id: "d1", became: "dead", attempt: { ...attempt, answer } }], "d1");
  assertStringIncludes(output, String.raw`answer: \u001b[2Jgone\u0007`);
});

for (
  const [what, id, says] of [
    ["no delivery has", "zz", 'there is no delivery zz: "deliveries list" shows what there is'],
    ["is empty", "", "the ID is empty; give the beginning of one"],
    ["several begin with", "d", "several deliveries begin with d: give more of it"],
  ] as const
) {
  Deno.test(`an ID that ${what} is refused`, async () => {
    const error = await assertRejects(() => shown([{ id: "d1" }, { id: "d2" }], id), UsageError);
    assertEquals(error.message, says);
  });
}
