/** What another thread was asked for could not be done there. */
export class CallError extends Error {
  override readonly name = "CallError";
}

/** Calls to another thread that wait for its reply, told apart by number. */
export class PendingCalls {
  readonly #waiting = new Map<number, PromiseWithResolvers<void>>();
  #calls = 0;

  /** Makes a call: `send` is given its number. Resolves or rejects with the reply. */
  make(send: (call: number) => void): Promise<void> {
    const call = this.#calls++;
    const reply = Promise.withResolvers<void>();
    this.#waiting.set(call, reply);
    send(call);
    return reply.promise;
  }

  /** Ends a call; with an error, or the message of the other thread's, where it failed. */
  end(call: number, error: Error | string | undefined): void {
    const reply = this.#waiting.get(call);
    this.#waiting.delete(call);
    if (error === undefined) reply?.resolve();
    else reply?.reject(typeof error === "string" ? new CallError(error) : error);
  }

  /** Ends every call that waits: the other thread will not reply any more. */
  endAll(error: Error): void {
    for (const call of [...this.#waiting.keys()]) this.end(call, error);
  }
}
