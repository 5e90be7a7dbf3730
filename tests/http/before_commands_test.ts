/** What every before-command answers through the listener, whatever its rules say. */
import { assertEquals } from "@std/assert";
import { eras, refuses } from "../openim/go_decoder.ts";
import { commands } from "../support/catalogue.ts";
import { consent, echoOf, postSample, serveCommand } from "./command_server.ts";

const before = commands.filter(({ timing }) => timing === "before");
const counted = `${before.length} commands`;

/** A rule that refuses, with every text that one can give. */
const refusing = {
  use: "refuse",
  code: 5101,
  message: "not here",
  detail: '"see the <rules> & \\"terms\\""',
};

/** A rule that fails when it runs. */
const failing = { use: "log", when: "1 / 0 > 0" };

Deno.test(`a plain continue is the same for all but for its echo: ${counted}`, async (t) => {
  for (const { command, echo } of before) {
    await t.step(`${command} returns ${echo?.join(", ") ?? "nothing of its request"}`, async () => {
      await using server = await serveCommand(command);
      const { sample } = server.plugin;
      assertEquals(await postSample(server), { ...consent, ...echoOf(sample, echo) });
    });
  }
});

Deno.test(`a refusal is the same for all but for its echo: ${counted}`, async (t) => {
  for (const { command, echo } of before) {
    await t.step(command, async () => {
      await using server = await serveCommand(command, { rules: [refusing] });
      const answer = await postSample(server);
      assertEquals(answer, {
        actionCode: 0,
        errCode: 5101,
        errMsg: "not here",
        errDlt: 'see the <rules> & "terms"',
        nextCode: 1,
        ...echoOf(server.plugin.sample, echo),
      });
      // 2.x is refused in another way, and 3.6 cannot be
      const refused = eras.filter((era) => refuses(JSON.stringify(answer), era));
      assertEquals(refused.map(({ versions }) => versions), [
        "3.0 to 3.4.0",
        "3.4.2 to 3.5",
        "3.7 and later",
      ]);
    });
  }
});

Deno.test(`a rule that fails lets the operation go on: ${counted}`, async (t) => {
  for (const { command, echo } of before) {
    await t.step(command, async () => {
      await using server = await serveCommand(command, { rules: [failing] });
      const { sample } = server.plugin;
      assertEquals(await postSample(server), { ...consent, ...echoOf(sample, echo) });
      assertEquals(server.linkFailures.map(({ name }) => name), [`${command}[0] log`]);
    });
  }
});

Deno.test(`a rule that fails refuses where its chain says so: ${counted}`, async (t) => {
  for (const { command } of before) {
    await t.step(command, async () => {
      await using server = await serveCommand(command, { rules: [failing], onError: "refuse" });
      const { errCode, nextCode } = await postSample(server);
      assertEquals([errCode, nextCode], [5501, 1]);
    });
  }
});
