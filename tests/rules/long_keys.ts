import { ruleBench, type RuleSnippet } from "./rule_bench.ts";

/** Rules that remember what callbacks are keyed by. */
export const remembering: readonly RuleSnippet[] = [
  { use: "count", name: "sent", key: "sendID" },
  { use: "dedupe", key: "sendID", action: "tag", tag: "again" },
  { use: "limit", key: "sendID", rate: "1000/1m" },
];

/** A long key that differs from those of other numbers at its end. */
export const longKey = (number: number, length: number) => String(number).padStart(length, "x");

/** Sends callbacks with so many keys; returns how long that took, milliseconds. */
export async function sending(keys: number, length: number): Promise<number> {
  const bench = ruleBench(remembering);
  const began = performance.now();
  for (let number = 0; number < keys; number++) {
    const sendID = longKey(number, length);
    await bench.run({ request: { sendID, receiveID: "u2", unreadMsgNum: 1 } });
  }
  return performance.now() - began;
}
