/** A stop under load, with callers that never repeat a POST, as OpenIM's client does not. */
import { assert, assertEquals } from "@std/assert";
import { groupRead, startRouterProcess } from "../support/router_process.ts";

const body = JSON.stringify({ sendID: "u1", receiveID: "u1", unreadMsgNum: 1, contentType: 3 });
const request = new TextEncoder().encode(
  `POST /${groupRead} HTTP/1.1\r\nhost: router\r\ncontent-type: application/json\r\n` +
    `content-length: ${body.length}\r\n\r\n${body}`,
);

/** What became of a worker's requests. */
interface Worked {
  readonly answered: number;
  /** Requests that were sent on an open connection and got no answer. */
  readonly lost: number;
}

/** Reads one answer; undefined if the connection ends before it is whole. */
async function answerOn(connection: Deno.Conn): Promise<string | undefined> {
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(4096);
  let text = "";
  while (!text.endsWith("}")) {
    const read = await connection.read(buffer).catch(() => null);
    if (read === null) return undefined;
    text += decoder.decode(buffer.subarray(0, read));
  }
  return text;
}

/** Sends one callback after another, until no new connection can be made. */
async function work(port: number, begun: () => void): Promise<Worked> {
  let answered = 0;
  let lost = 0;
  for (;;) {
    const connection = await Deno.connect({ port }).catch(() => undefined);
    if (connection === undefined) return { answered, lost };
    using open = connection;
    for (let asked = false; !asked;) {
      const answer = await open.write(request).then(() => answerOn(open), () => undefined);
      if (answer === undefined) {
        lost++;
        break;
      }
      answered++;
      if (answered === 20) begun();
      asked = /connection: close/i.test(answer);
    }
  }
}

for (let round = 1; round <= 3; round++) {
  Deno.test(`a stop under load loses no request of callers that close when asked to (${round})`, async () => {
    await using router = await startRouterProcess({ callbacks: {} });
    const { port } = router.server;
    const workers = Array.from({ length: 8 }, () => {
      const begun = Promise.withResolvers<void>();
      return { begun: begun.promise, done: work(port, begun.resolve) };
    });
    await Promise.all(workers.map(({ begun }) => begun));
    router.server.kill("SIGTERM");
    const worked = await Promise.all(workers.map(({ done }) => done));
    assertEquals((await router.server.status).code, 0);
    assertEquals(worked.map(({ lost }) => lost), worked.map(() => 0));
    assert(worked.every(({ answered }) => answered >= 20));
  });
}
