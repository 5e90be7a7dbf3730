/** What every before-command's answer carries of what rules and plugins want to replace. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { override } from "../../src/chain/outcome.ts";
import { parseExact, stringifyExact } from "../../src/openim/exact_json.ts";
import { commands } from "../support/catalogue.ts";
import { typical, undecodable } from "../support/typical_values.ts";
import {
  consent,
  echoOf,
  type Fields,
  overriding,
  postSample,
  serveCommand,
} from "./command_server.ts";

/** An override that the command's server takes. */
interface Taken {
  readonly command: string;
  readonly field: string;
  readonly type: string;
  readonly echo: readonly string[];
}

const before = commands.filter(({ timing }) => timing === "before");
const taken: readonly Taken[] = before.flatMap(({ command, overrides = {}, echo = [] }) =>
  Object.entries(overrides).map(([field, type]) => ({ command, field, type, echo }))
);
const ignored = before.flatMap(({ command, ignoredOverrides = [], echo = [] }) =>
  ignoredOverrides.map((field) => ({ command, field, echo }))
);

/** Where a guard holds back a typical value in answer to the sample: what it lets through. */
const letThrough: Readonly<
  Record<string, { readonly value?: unknown; readonly changes?: Fields }>
> = {
  "callbackBeforeMsgModifyCommand content": { value: '{"content":"***"}' },
  "callbackBeforeMsgModifyCommand offlinePushInfo": { value: null },
  "callbackBeforeOfflinePushCommand userIDList": { changes: { sessionType: 3 } },
  "callbackBeforeUpdateUserInfoExCommand faceURL": { changes: { faceURL: "" } },
  "callbackBeforeUpdateUserInfoExCommand ex": { changes: { ex: "" } },
};

Deno.test(`each override arrives in the answer: ${taken.length} overrides`, async (t) => {
  for (const { command, field, type, echo } of taken) {
    await t.step(`${command} ${field} as ${type}`, async () => {
      const { value = typical(type), changes } = letThrough[`${command} ${field}`] ?? {};
      await using server = await serveCommand(command, { rules: [overriding({ [field]: value })] });
      const answer = await postSample(server, changes);
      assertEquals(server.problems, []);
      assertEquals(answer, {
        ...consent,
        ...echoOf(server.plugin.sample, echo),
        [field]: parseExact(stringifyExact(value)),
      });
    });
  }
});

Deno.test(`an override of another type is not sent: ${taken.length} overrides`, async (t) => {
  for (const { command, field, type, echo } of taken) {
    const wrong = undecodable(type);
    await t.step(`${command} ${field}, values: ${wrong.length}`, async () => {
      let value: unknown;
      await using server = await serveCommand(command, {
        handle: () => override({ [field]: value }),
      });
      for (value of wrong) {
        const answer = await postSample(server);
        assertEquals(answer, { ...consent, ...echoOf(server.plugin.sample, echo) });
      }
      assertEquals(server.linkFailures.length, wrong.length);
      for (const { error } of server.linkFailures) assertStringIncludes(error.message, field);
    });
  }
});

/** Integers beyond an int64 cannot be written in an expression. */
const expressible = (value: unknown) => typeof value !== "bigint" || value < 2n ** 63n;

/** A rule that overrides a field with what the body has as `given`: only then it is known. */
const readingBody = (field: string) => ({ use: "override", set: { [field]: "body.given" } });

Deno.test(`a rule with an override of another type fails, and the chat goes on: ${taken.length} overrides`, async (t) => {
  for (const { command, field, type, echo } of taken) {
    const wrong = undecodable(type).filter(expressible);
    await t.step(`${command} ${field}, values: ${wrong.length}`, async () => {
      await using server = await serveCommand(command, { rules: [readingBody(field)] });
      for (const value of wrong) {
        const answer = await postSample(server, { given: value });
        assertEquals(answer, { ...consent, ...echoOf(server.plugin.sample, echo) });
      }
      const failed = wrong.map(() => `${command}[0] override`);
      assertEquals(server.linkFailures.map(({ name }) => name), failed);
    });
  }
});

Deno.test(`an override that is always of another type is told when the file is loaded: ${taken.length} overrides`, async (t) => {
  for (const { command, field, type } of taken) {
    const wrong = undecodable(type).filter(expressible);
    await t.step(`${command} ${field}, values: ${wrong.length}`, async () => {
      for (const value of wrong) {
        await using server = await serveCommand(command, {
          rules: [overriding({ [field]: value })],
        });
        const [problem = ""] = server.problems;
        assertStringIncludes(problem, `rules[0].set.${field}: `);
      }
    });
  }
});

Deno.test("of a rule that fails over one override no other is sent, and the rules after it run", async () => {
  const command = "callbackBeforeCreateGroupCommand";
  await using server = await serveCommand(command, {
    rules: [
      { use: "override", set: { groupName: '"A"', ...readingBody("groupType").set } },
      overriding({ groupName: "B" }),
    ],
  });
  assertEquals(await postSample(server, { given: "2" }), { ...consent, groupName: "B" });
  assertEquals(server.linkFailures.map(({ name }) => name), [`${command}[0] override`]);
});

Deno.test(`an override that the server drops is not sent: ${ignored.length} overrides`, async (t) => {
  for (const { command, field, echo } of ignored) {
    await t.step(`${command} ${field}`, async () => {
      await using server = await serveCommand(command, {
        handle: () => override({ [field]: "x" }),
      });
      const answer = await postSample(server);
      assertEquals(answer, { ...consent, ...echoOf(server.plugin.sample, echo) });
    });
  }
});

Deno.test(`a rule that sets what the server drops is told of: ${ignored.length} overrides`, async (t) => {
  for (const { command, field } of ignored) {
    await t.step(`${command} ${field}`, async () => {
      await using server = await serveCommand(command, { rules: [overriding({ [field]: "x" })] });
      assertEquals(server.problems, [
        `rules[0].set.${field}: OpenIM decodes "${field}" in the answer to ${command} ` +
        "and drops it; leave it out",
      ]);
    });
  }
});

Deno.test(`a field that no server knows is not sent: ${before.length} commands`, async (t) => {
  const unknown = { newInV4: 1, NEXTCODE: "x", callbackCommand: "x" };
  for (const { command, echo } of before) {
    await t.step(command, async () => {
      await using server = await serveCommand(command, { handle: () => override(unknown) });
      const answer = await postSample(server);
      assertEquals(answer, { ...consent, ...echoOf(server.plugin.sample, echo) });
    });
  }
});
