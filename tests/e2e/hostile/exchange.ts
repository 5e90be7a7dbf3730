import { assertConsent } from "../../http/any_answer.ts";
import { parseAnswer, type RawAnswer } from "../../http/raw_request.ts";
import type { Answer, Attack } from "./attack.ts";

/** The router still keeps a connection that it has to end. */
export class StillOpenError extends Error {
  override readonly name = "StillOpenError";
}

/**
 * How often an attack drips, and how long the router may keep it, milliseconds. A header at a time
 * does not come to the most that there may be before its time is over.
 */
const dripEvery = 50;
const keptFor = 20_000;

/**
 * Makes an attack on a port and returns what came back: every answer is one that OpenIM decodes.
 * Waits for the end of the connection if the attack expects one.
 *
 * @throws {StillOpenError} where it does not come.
 */
export async function exchange(port: number, attack: Attack): Promise<readonly Answer[]> {
  const connection = await Deno.connect({ hostname: "127.0.0.1", port });
  const expected = attack.answers;
  const endless = expected.at(-1) === "closed";
  const stop = new AbortController();
  const sending = send(connection, attack, stop.signal);
  let stillOpen = false;
  const timer = setTimeout(() => {
    stillOpen = true;
    connection.close();
  }, keptFor);
  let text = new Uint8Array();
  let ended = false;
  try {
    const buffer = new Uint8Array(64 * 1024);
    while (endless || answersIn(text).length < expected.length) {
      const read = await connection.read(buffer).catch(() => null);
      if (read === null) {
        ended = true;
        break;
      }
      text = Uint8Array.from([...text, ...buffer.subarray(0, read)]);
    }
  } finally {
    clearTimeout(timer);
    stop.abort();
    if (!stillOpen) connection.close();
    await sending;
  }
  const answers = answersIn(text).map(judged);
  if (stillOpen) throw new StillOpenError(`after ${keptFor} ms, with ${JSON.stringify(answers)}`);
  return ended ? [...answers, "closed"] : answers;
}

async function send(
  connection: Deno.TcpConn,
  { bytes, drip, hangsUp }: Attack,
  until: AbortSignal,
): Promise<void> {
  try {
    for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
    if (hangsUp) await connection.closeWrite();
    while (drip !== undefined && !until.aborted) {
      await connection.write(drip);
      await new Promise((tick) => setTimeout(tick, dripEvery));
    }
  } catch {
    // the router may hang up before it has read everything
  }
}

/** The whole answers in what came back; that a body may be sent is none. */
function answersIn(bytes: Uint8Array): readonly RawAnswer[] {
  const answers: RawAnswer[] = [];
  let rest = bytes;
  while (true) {
    const answer = parseAnswer(rest);
    if (answer === undefined) return answers;
    const head = new TextDecoder("latin1").decode(rest).indexOf("\r\n\r\n") + 4;
    rest = rest.subarray(head + Number(answer.headers.get("content-length") ?? 0));
    if (answer.status !== 100) answers.push(answer);
  }
}

function judged(answer: RawAnswer): Answer {
  assertConsent({ ...answer, body: answer.body.slice(0, lengthOf(answer)) });
  return answer.status;
}

/** What is read of a body may reach into the next answer. */
const lengthOf = ({ headers }: RawAnswer) => Number(headers.get("content-length") ?? 0);
