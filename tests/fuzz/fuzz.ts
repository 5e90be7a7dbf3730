/**
 * Hostile requests for the real process, for a time: each gets an answer that OpenIM decodes or a
 * closed connection, and the next callback is served. `FUZZ_SECONDS` says for how long, `FUZZ_SEED`
 * repeats a run.
 *
 * @module
 */
import fc from "fast-check";
import { assertConsent } from "../http/any_answer.ts";
import { anyRequest } from "../http/any_request.ts";
import { goodBody } from "../http/hostile_request.ts";
import { requestBytes, sendAndHangUp, sendBytes } from "../http/raw_request.ts";
import { groupRead, startRouterProcess } from "../support/router_process.ts";

/** How long a request and the callback behind it may take, milliseconds: far beyond every limit. */
const answeredWithin = 15_000;

const seconds = Number(Deno.env.get("FUZZ_SECONDS") ?? 60);
const seed = Number(Deno.env.get("FUZZ_SEED") ?? Date.now() % 2 ** 31);
const say = (line: string) => Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
say(`fuzzing for ${seconds} s; repeat with FUZZ_SEED=${seed}`);

/** Lines that parsers of HTTP have quarrelled about. */
const line = fc.constantFrom(
  "Transfer-Encoding: chunked",
  "Transfer-Encoding: chunked, identity",
  "transfer-encoding:\tchunked",
  "Content-Length: 0",
  "Content-Length: 5",
  "Content-Length: 5, 5",
  "Content-Length: 0x5",
  " folded: line",
  "Expect: 100-continue",
  "Connection: Upgrade",
  "Upgrade: h2c",
  "Content-Encoding: gzip",
  "X: \u0000",
  ":",
);

/** Bytes of a request in which parts are replaced, cut out, or put in. */
const anyBytes = fc.tuple(
  anyRequest,
  fc.array(line, { maxLength: 3 }),
  fc.array(
    fc.tuple(
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.nat(20),
      fc.uint8Array({ maxLength: 8 }),
    ),
    { maxLength: 3 },
  ),
).map(([request, lines, edits]) => {
  const headers = [...(request.headers ?? []), ...lines];
  return edits.reduce((bytes, [at, cut, put]) => {
    const start = Math.floor(at * bytes.length);
    return Uint8Array.from([...bytes.slice(0, start), ...put, ...bytes.slice(start + cut)]);
  }, requestBytes({ ...request, headers }));
});

await using router = await startRouterProcess({
  server: { bodyLimit: "64KiB", limits: { headWithin: "1s", bodyWithin: "1s" } },
  callbacks: { "*": { rules: [{ use: "log", fields: { all: "body" } }] } },
});
const { port } = router.server;
let requests = 0;
let answered = 0;

const property = fc.asyncProperty(anyBytes, fc.boolean(), async (bytes, hangUp) => {
  requests++;
  if (hangUp) await sendAndHangUp(port, bytes);
  else {
    const answer = await sendBytes(port, bytes);
    if (answer !== undefined) answered++;
    if (answer?.headers.has("content-type")) assertConsent(answer);
  }
  const next = await router.post(goodBody);
  if ((await next.json()).errMsg !== "Success") throw new Error("the next callback is not served");
});
await fc.assert(property, {
  seed,
  numRuns: Number.MAX_SAFE_INTEGER,
  // a request that is under way at the end is not waited for: one that hangs is to fail before
  timeout: answeredWithin,
  interruptAfterTimeLimit: seconds * 1000,
  markInterruptAsFailure: false,
});
if (requests === 0) throw new Error("nothing was sent");
// fast-check has let go of the last request, so that the router has to prove itself once more
const last = await fetch(`${router.url}/${groupRead}`, {
  method: "POST",
  headers: { "content-type": "application/json" },
  body: goodBody,
  signal: AbortSignal.timeout(answeredWithin),
});
if ((await last.json()).errMsg !== "Success") throw new Error("the last callback is not served");
/** What the log has to be free of. */
const faults = [
  '"problem":"internal"',
  "an error that nobody waited for",
  '"message":"rule failed"',
];
const broken = router.server.lines.filter((line) => faults.some((fault) => line.includes(fault)));
if (broken.length > 0) throw new Error(`the router failed: ${broken[0]}`);
if (answered === 0) throw new Error("nothing was answered");
say(
  `${requests} requests, ${answered} of them answered, the others closed or hung up on; ` +
    "the next callback served after each",
);
