/** The commands of version 2, called and refused as its servers do that. */
import { assertEquals } from "@std/assert";
import { era20, era21, refuses } from "../openim/go_decoder.ts";
import { commands } from "../support/catalogue.ts";
import { samples } from "../support/samples.ts";
import {
  type CommandServer,
  consent,
  decodedAnswer,
  type Fields,
  serveCommand,
} from "./command_server.ts";
import { sendRaw } from "./raw_request.ts";

const before = commands.filter(({ timing, webhook }) =>
  timing === "before" && webhook.since.startsWith("v2.")
);

/** Their names in version 2, where those are others. */
const olderNames: Readonly<Record<string, string>> = {
  callbackBeforeOfflinePushCommand: "callbackOfflinePushCommand",
  callbackBeforeOnlinePushCommand: "callbackOnlinePushCommand",
  callbackBeforeGroupOnlinePushCommand: "callbackSuperGroupOnlinePushCommand",
};

/** The bodies of a command that version 2 sends; the newest one where no other is known. */
function bodiesOf(command: string): readonly Fields[] {
  const own = samples.filter((sample) => sample.command === command);
  const older = own.filter(({ version }) => version?.startsWith("v2."));
  return (older.length > 0 ? older : own.filter(({ version }) => version === undefined))
    .map(({ fields }) => ({ ...fields, callbackCommand: olderNames[command] ?? command }));
}

/** Posts as version 2 does: to the bare URL, closing the connection, without a trace header. */
async function postBare({ port }: CommandServer, body: Fields): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(body));
  const headers = ["Content-Type: application/json", `Content-Length: ${bytes.length}`];
  const answer = await sendRaw(port, { path: "/callbackExample", headers, body: bytes });
  assertEquals(answer.status, 200);
  return answer.body;
}

const cases = before.flatMap(({ command, echo = [] }) =>
  bodiesOf(command).map((body) => ({ command, echo, body }))
);
const counted = `${cases.length} bodies of ${before.length} commands`;

Deno.test(`version 2 is refused in its own way: ${counted}`, async (t) => {
  for (const { command, echo, body } of cases) {
    await t.step(`${body.callbackCommand} of ${Object.keys(body).length} fields`, async () => {
      const rules = [{ use: "refuse", code: 5101, message: "not here", detail: '"why"' }];
      await using server = await serveCommand(command, { rules });
      const answer = await postBare(server, body);
      assertEquals(decodedAnswer(answer), {
        actionCode: 1,
        errCode: 5101,
        errMsg: "not here",
        operationID: "1754300000123",
        // 2.0 goes on with it
        ...Object.fromEntries(echo.map((field) => [field, body[field]])),
      });
      // 2.0 lets everything with an error code pass
      assertEquals([refuses(answer, era20), refuses(answer, era21)], [false, true]);
    });
  }
});

Deno.test(`version 2 goes on as every other version does: ${counted}`, async (t) => {
  for (const { command, echo, body } of cases) {
    await t.step(`${body.callbackCommand} of ${Object.keys(body).length} fields`, async () => {
      await using server = await serveCommand(command);
      const answer = await postBare(server, body);
      const echoed = Object.fromEntries(echo.map((field) => [field, body[field]]));
      assertEquals(decodedAnswer(answer), { ...consent, ...echoed });
      assertEquals([refuses(answer, era20), refuses(answer, era21)], [false, false]);
    });
  }
});

Deno.test(`a rule that fails refuses version 2 in its own way as well: ${counted}`, async (t) => {
  for (const { command, body } of cases) {
    await t.step(`${body.callbackCommand} of ${Object.keys(body).length} fields`, async () => {
      const rules = [{ use: "log", when: "1 / 0 > 0" }];
      await using server = await serveCommand(command, { rules, onError: "refuse" });
      const { actionCode, errCode } = decodedAnswer(await postBare(server, body));
      assertEquals([actionCode, errCode], [1, 5501]);
    });
  }
});
