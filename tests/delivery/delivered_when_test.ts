import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { DeliveryError } from "../../src/delivery/delivery_error.ts";
import { eventually } from "../support/eventually.ts";
import { groupRead, startRouterProcess } from "../support/router_process.ts";
import { startTarget } from "../support/target_server.ts";
import { aTarget } from "./builders.ts";
import { postOnce } from "./posting.ts";

const expired = { errCode: 1501, errMsg: "TokenExpiredError" };

/** Posts once to a target that answers so. */
async function posting(deliveredWhen: string | undefined, answer: () => Response) {
  await using server = startTarget(answer);
  return await postOnce(aTarget({ url: server.url, deliveredWhen }));
}

const failing = (deliveredWhen: string, answer: () => Response): Promise<DeliveryError> =>
  assertRejects(() => posting(deliveredWhen, answer), DeliveryError);

const openim = "status < 300 && answer.errCode == 0";

Deno.test("an answer that deliveredWhen takes is delivered", async () => {
  const { status } = await posting(openim, () => Response.json({ errCode: 0 }));
  assertEquals(status, 200);
});

Deno.test("a 200 that deliveredWhen does not take is tried again, with the answer kept", async () => {
  const { retryable, status, answer, message } = await failing(
    openim,
    () => Response.json(expired),
  );
  assertEquals([retryable, status], [true, 200]);
  assertEquals(JSON.parse(answer!), expired);
  assertEquals(message, 'the target answered with status 200, which "deliveredWhen" does not take');
});

Deno.test("deliveredWhen may take a status that is no 2xx", async () => {
  const gone = () => new Response("there already", { status: 409 });
  const { status, text } = await posting("status < 300 || status == 409", gone);
  assertEquals([status, text], [409, "there already"]);
});

for (const [status, retryable] of [[400, false], [410, false], [429, true], [503, true]] as const) {
  Deno.test(`a status ${status} that deliveredWhen does not take means what it always does`, async () => {
    const error = await failing(openim, () => new Response("no", { status }));
    assertEquals([error.status, error.retryable], [status, retryable]);
  });
}

Deno.test("a deliveredWhen that cannot be evaluated has not taken the answer, and says why", async () => {
  const { retryable, message } = await failing(openim, () => Response.json({ ok: true }));
  assertEquals(retryable, true);
  assertStringIncludes(message, '"deliveredWhen" cannot be evaluated: No such key: errCode');
});

Deno.test("an answer that is no JSON is null to deliveredWhen", async () => {
  const { text } = await posting("answer == null", () => new Response("<html>"));
  assertEquals(text, "<html>");
});

Deno.test("deliveredWhen sees headers by their names in lower case", async () => {
  const answer = () => new Response("", { headers: { "X-Taken": "yes" } });
  assertEquals((await posting("headers['x-taken'] == 'yes'", answer)).status, 200);
  assertEquals((await failing("headers['x-taken'] == 'no'", answer)).retryable, true);
});

Deno.test("what OpenIM's REST API refuses with 200 is retried until it is taken", async () => {
  let requests = 0;
  await using api = startTarget(() => Response.json(++requests < 3 ? expired : { errCode: 0 }));
  await using router = await startRouterProcess({
    operator: { recent: {} },
    log: { level: "debug" },
    targets: {
      api: {
        url: api.url,
        network: "private",
        deliveredWhen: openim,
        retry: { delays: ["10ms"], attempts: 10 },
      },
    },
    callbacks: { [groupRead]: { rules: [{ use: "forward", to: "api" }] } },
  });
  await router.post(JSON.stringify({ sendID: "u1", receiveID: "u1", unreadMsgNum: 1 }));
  const delivered = () => router.server.lines.filter((line) => line.includes('"delivered"'));
  await eventually("the delivery is taken", () => delivered().length > 0);
  assertEquals(api.received.length, 3);
  const ids = new Set(api.received.map(({ headers }) => headers.get("webhook-id")));
  assertEquals(ids.size, 1);
});
