/** Takes the lock of the outbox whose path it is given, says so, and keeps it until it is killed. */
import { lockOutbox } from "../../src/stores/outbox_lock.ts";

const lock = lockOutbox(Deno.args[0]!);
await Deno.stdout.write(new TextEncoder().encode("locked"));
await new Promise((resolve) => setTimeout(resolve, 600_000));
lock[Symbol.dispose]();
