import { assertEquals } from "@std/assert";
import remark from "../../plugins/friend/before_set_remark.ts";
import groupInfo from "../../plugins/group/before_set_info.ts";
import groupInfoEx from "../../plugins/group/before_set_info_ex.ts";
import { fail, override, refuse } from "../../src/chain/outcome.ts";
import { saying } from "../chain/links.ts";
import { post, serveCallbacks, type ServerParts } from "./callback_server.ts";

const plugins = [remark, groupInfo, groupInfoEx];

async function answerTo(
  plugin: typeof plugins[number],
  parts: ServerParts = {},
  changes: Readonly<Record<string, unknown>> = {},
): Promise<{ readonly answer: Record<string, unknown>; readonly status: number }> {
  await using server = await serveCallbacks({ plugins, ...parts });
  const request = { callbackCommand: plugin.command, ...plugin.sample, ...changes };
  const body = JSON.stringify(request);
  const response = await post(server, { path: `/${plugin.command}`, body });
  return { answer: JSON.parse(response.body), status: response.status };
}

/** What the command's answer has to return of its sample. */
function echoOf({ echo, sample }: typeof plugins[number]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(echo.map((field) => [field, sample[field]]));
}

const plain = { actionCode: 0, errCode: 0, errMsg: "Success", errDlt: "", nextCode: 0 };

for (const plugin of plugins) {
  Deno.test(`${plugin.command}: a continue returns the request's own values, nulls included`, async () => {
    const { answer } = await answerTo(plugin);
    assertEquals(answer, { ...plain, ...echoOf(plugin) });
  });

  Deno.test(`${plugin.command}: a rule that fails still returns the request's own values`, async () => {
    const { answer } = await answerTo(plugin, { links: [saying(fail(new Error("down")))] });
    assertEquals(answer, { ...plain, ...echoOf(plugin) });
  });

  Deno.test(`${plugin.command}: an override stands in place of the request's value`, async () => {
    const field = plugin.echo.at(-1)!;
    const { answer } = await answerTo(plugin, { links: [saying(override({ [field]: null }))] });
    assertEquals(answer, { ...plain, ...echoOf(plugin), [field]: null });
  });

  Deno.test(`${plugin.command}: a refusal returns the request's own values, too`, async () => {
    const { answer } = await answerTo(plugin, { links: [saying(refuse(5101, "no"))] });
    const refusal = { ...plain, errCode: 5101, errMsg: "no", nextCode: 1 };
    assertEquals(answer, { ...refusal, ...echoOf(plugin) });
  });

  Deno.test(`${plugin.command}: a callback that finds the router busy gets its own values back`, async () => {
    const { answer, status } = await answerTo(plugin, { inFlightLimit: 0 });
    const { errMsg: _, errDlt: __, ...rest } = answer;
    assertEquals(status, 503);
    assertEquals(rest, { actionCode: 1, errCode: 5529, nextCode: 0, ...echoOf(plugin) });
  });

  Deno.test(`${plugin.command}: where the router fails, the callback gets its own values back`, async () => {
    const broken = Object.defineProperty({ ...saying(refuse(5101, "no")) }, "within", {
      get: () => {
        throw new Error("the router's own fault");
      },
      enumerable: true,
    });
    const { answer, status } = await answerTo(plugin, { links: [broken] });
    const { errMsg: _, errDlt: __, ...rest } = answer;
    assertEquals(status, 500);
    assertEquals(rest, { actionCode: 1, errCode: 5500, nextCode: 0, ...echoOf(plugin) });
  });

  Deno.test(`${plugin.command}: a body that is turned away still returns what is right in it`, async () => {
    const wrong = plugin.echo.at(-1)!;
    for (const value of [{ not: "expected" }, nested(5000)]) {
      const { answer, status } = await answerTo(plugin, {}, { [wrong]: value });
      const { errMsg: _, errDlt: __, ...rest } = answer;
      const { [wrong]: ___, ...right } = echoOf(plugin);
      assertEquals(status, 422);
      assertEquals(rest, { actionCode: 1, errCode: 5422, nextCode: 0, ...right });
    }
  });
}

/** A list in a list in a list, that often. */
function nested(depth: number): unknown {
  return JSON.parse(`${"[".repeat(depth)}${"]".repeat(depth)}`);
}
