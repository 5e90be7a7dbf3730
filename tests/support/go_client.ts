/**
 * A caller that behaves as Go's HTTP client, and so OpenIM, does: it keeps each connection until the
 * other end closes it, and never sends a POST again.
 *
 * @module
 */

/** What became of a caller's requests. */
export interface Called {
  answered: number;
  /** Requests that were sent on an open connection and got no whole answer. */
  lost: number;
}

/** Makes requests one after the other, on one connection for as long as it lasts. */
export class GoClient implements Disposable {
  readonly called: Called = { answered: 0, lost: 0 };
  readonly #port: number;
  readonly #request: Uint8Array;
  #connection: Deno.Conn | undefined;
  /** Whether the other end has closed the connection while nothing was asked. */
  #closed = false;
  #waiting: Promise<number | null> | undefined;
  readonly #buffer = new Uint8Array(4096);

  constructor(port: number, request: Uint8Array) {
    this.#port = port;
    this.#request = request;
  }

  /** Connects without asking anything, as Go does for a spare connection; false if it cannot. */
  async connect(): Promise<boolean> {
    if (this.#connection !== undefined && !this.#closed) return true;
    this[Symbol.dispose]();
    this.#connection = await Deno.connect({ port: this.#port }).catch(() => undefined);
    this.#closed = false;
    this.#listen();
    return this.#connection !== undefined;
  }

  /** Asks once; false if no connection can be made. */
  async call(): Promise<boolean> {
    if (!await this.connect()) return false;
    const answer = await this.#connection!.write(this.#request)
      .then(() => this.#answer(), () => undefined);
    if (answer === undefined) this.called.lost++;
    else this.called.answered++;
    if (answer === undefined || /connection: close/i.test(answer)) this[Symbol.dispose]();
    else this.#listen();
    return true;
  }

  [Symbol.dispose](): void {
    try {
      this.#connection?.close();
    } catch {
      // the other end was faster
    }
    this.#connection = undefined;
  }

  /** Reads ahead, as Go's background loop does: it notices at once that the other end has closed. */
  #listen(): void {
    const connection = this.#connection;
    if (connection === undefined) return;
    const waiting = connection.read(this.#buffer).catch(() => null);
    this.#waiting = waiting;
    void waiting.then((read) => {
      if (read === null && this.#connection === connection) this.#closed = true;
    });
  }

  async #answer(): Promise<string | undefined> {
    const decoder = new TextDecoder();
    let text = "";
    let read = await this.#waiting!;
    while (read !== null) {
      text += decoder.decode(this.#buffer.subarray(0, read));
      if (text.endsWith("}")) return text;
      read = await this.#connection!.read(this.#buffer).catch(() => null);
    }
    return undefined;
  }
}
