/** After-commands are told of what is done: whatever rules say, the answer is a plain consent. */
import { assertEquals } from "@std/assert";
import { override, refuse } from "../../src/chain/outcome.ts";
import { commands } from "../support/catalogue.ts";
import { type ChainParts, consent, postSample, serveCommand } from "./command_server.ts";

const after = commands.filter(({ timing }) => timing === "after");
const counted = `${after.length} commands`;

const chains: Readonly<Record<string, ChainParts>> = {
  "without rules": {},
  "with a rule that refuses": { rules: [{ use: "refuse", message: "no" }] },
  "with a rule that fails": { rules: [{ use: "log", when: "1 / 0 > 0" }] },
  "with a plugin that refuses": { handle: () => refuse(5101, "no") },
  "with a plugin that overrides what every answer has": {
    handle: () => override({ nextCode: 1, errCode: 5101, content: "x" }),
  },
  "with a plugin that throws": {
    handle: () => {
      throw new Error("out of order");
    },
  },
};

for (const [what, chain] of Object.entries(chains)) {
  Deno.test(`every after-command ${what} gets a plain consent: ${counted}`, async (t) => {
    for (const { command } of after) {
      await t.step(command, async () => {
        await using server = await serveCommand(command, chain);
        assertEquals(await postSample(server), consent);
      });
    }
  });
}

Deno.test(`a rule that could refuse an after-command is warned of: ${counted}`, async (t) => {
  for (const { command } of after) {
    await t.step(command, async () => {
      const rules = [{ use: "log" }, { use: "refuse", message: "no" }];
      await using server = await serveCommand(command, { rules });
      assertEquals(server.problems, []);
      assertEquals(server.warnings, [
        `rules[1].use: "refuse" does nothing here: ${command} is an after-callback, ` +
        "which OpenIM does not wait for",
      ]);
    });
  }
});

Deno.test(`a rule that overrides an after-command's answer is an error: ${counted}`, async (t) => {
  for (const { command } of after) {
    await t.step(command, async () => {
      const rules = [{ use: "override", set: { content: '"x"' } }];
      await using server = await serveCommand(command, { rules });
      assertEquals(server.problems, [
        `rules[0].set.content: ${command} is an after-callback, which takes no overrides`,
      ]);
    });
  }
});

Deno.test(`an after-command whose chain refuses on failures is an error: ${counted}`, async (t) => {
  for (const { command } of after) {
    await t.step(command, async () => {
      await using server = await serveCommand(command, { onError: "refuse" });
      assertEquals(server.problems, [
        `onError: ${command} is an after-callback, which cannot be refused; ` +
        'write "continue" or leave it out',
      ]);
    });
  }
});
