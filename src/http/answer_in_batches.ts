import { setImmediate } from "node:timers";
import type { CallbackHandler } from "./callback_handler.ts";
import type { Connection } from "./connections.ts";

/** Requests of one batch at most, so that a burst does not make the first of it wait for the last. */
const mostPerBatch = 32;

/** Fewer in a turn of the event loop gain less than the turn costs them: eight gain, four lose. */
const fewestPerBatch = 6;

/** How many are answered as they come after few have come in a turn: one in 16 tries it anew. */
const singlyAtATime = 15;

/** A request that is to be answered. */
interface Waiting {
  readonly request: Request;
  readonly connection: Connection;
  readonly resolve: (response: Response | Promise<Response>) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The same answers, given to requests that have come together one after the other.
 *
 * Deno's server reads a request, has it answered and writes the answer before it reads the next
 * connection. Each of these steps takes more code and tables than the caches next to a processor
 * hold, so that each pushes the others out. In batches all requests are read, then all answered,
 * then all answers written, which takes less of the processor the more there are ("Batches" in
 * `tests/bench/RESULTS.md`). Where fewer than {@link fewestPerBatch} have come in a turn, the next
 * {@link singlyAtATime} are answered as they come.
 *
 * A request waits one turn of the event loop, and one more for every {@link mostPerBatch} before it.
 * Until then it is not in flight: its chain's time has not begun. A caller that half-closes its
 * connection behind its request may get no answer, as with every chain that waits.
 */
export function answerInBatches(
  answer: CallbackHandler,
  atTurnsEnd: (callback: () => void) => void = setImmediate,
): CallbackHandler {
  let waiting: Waiting[] = [];
  /** Whether those who wait are what a batch has left. */
  let left = false;
  /** How many are answered as they come before a batch is tried again; nobody waits until then. */
  let singly = 0;

  const answerBatch = () => {
    const batch = waiting;
    waiting = batch.splice(mostPerBatch);
    if (!left && batch.length < fewestPerBatch) singly = singlyAtATime;
    left = waiting.length > 0;
    for (const { request, connection, resolve, reject } of batch) {
      try {
        resolve(answer(request, connection));
      } catch (error) {
        reject(error);
      }
    }
    // behind the turn's end in which what the batch asks to deliver goes to the outbox
    if (left) atTurnsEnd(answerBatch);
  };

  return (request, connection) => {
    if (singly > 0) {
      singly--;
      return answer(request, connection);
    }
    return new Promise((resolve, reject) => {
      waiting.push({ request, connection, resolve, reject });
      if (waiting.length === 1) atTurnsEnd(answerBatch);
    });
  };
}
