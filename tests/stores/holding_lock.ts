/**
 * Takes the lock of the outbox whose path it is given, says so, and keeps it until it is killed or its
 * standard input ends.
 */
import { lockOutbox } from "../../src/stores/outbox_lock.ts";

const lock = lockOutbox(Deno.args[0]!);
await Deno.stdout.write(new TextEncoder().encode("locked"));
for await (const _ of Deno.stdin.readable);
lock[Symbol.dispose]();
