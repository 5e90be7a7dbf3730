/** What another thread was asked for could not be done there. */
export class CallError extends Error {
  override readonly name = "CallError";
}

/** Calls to another thread that wait for its reply, told apart by number. */
export class PendingCalls<Value = void> {
  readonly #waiting = new Map<number, PromiseWithResolvers<Value>>();
  #calls = 0;

  /** Makes a call: `send` is given its number. Resolves or rejects with the reply. */
  make(send: (call: number) => void): Promise<Value> {
    const call = this.#calls++;
    const reply = Promise.withResolvers<Value>();
    this.#waiting.set(call, reply);
    send(call);
    return reply.promise;
  }

  /** Ends a call that has nothing to say but whether it failed. */
  end(this: PendingCalls, call: number, error: Error | string | undefined): void {
    if (error === undefined) this.answer(call, undefined);
    else this.fail(call, error);
  }

  /** Ends a call with what was asked for. */
  answer(call: number, value: Value): void {
    this.#take(call)?.resolve(value);
  }

  /** Ends a call with an error, or with the message of the other thread's. */
  fail(call: number, error: Error | string): void {
    this.#take(call)?.reject(typeof error === "string" ? new CallError(error) : error);
  }

  /** Ends every call that waits: the other thread will not reply any more. */
  endAll(error: Error): void {
    for (const call of [...this.#waiting.keys()]) this.fail(call, error);
  }

  #take(call: number): PromiseWithResolvers<Value> | undefined {
    const reply = this.#waiting.get(call);
    this.#waiting.delete(call);
    return reply;
  }
}
