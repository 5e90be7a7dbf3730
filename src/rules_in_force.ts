import type { Chain } from "./chain/chain.ts";
import { disposeChains } from "./chain/dispose_chains.ts";

/** What answers requests. */
export type AnswerRequest<Facts extends readonly unknown[] = []> = (
  request: Request,
  ...facts: Facts
) => Response | Promise<Response>;

/**
 * The rules that requests are answered by. When others take their place, the requests under way go
 * on with them, and after the last of these they let go of what they took hold of. A rule that was
 * given up, because its chain's time was over, is not waited for.
 */
export class RulesInForce<Facts extends readonly unknown[] = []> {
  readonly #answer: AnswerRequest<Facts>;
  readonly #chains: ReadonlyMap<string, Chain>;
  readonly #failed: (error: Error) => void;
  #running = 0;
  #replaced = false;

  /** `failed` is told when a rule could not let go. */
  constructor(
    chains: ReadonlyMap<string, Chain>,
    answer: AnswerRequest<Facts>,
    failed: (error: Error) => void,
  ) {
    this.#chains = chains;
    this.#answer = answer;
    this.#failed = failed;
  }

  /** Answers a request; what else is known of it is handed on. */
  answer(request: Request, ...facts: Facts): Response | Promise<Response> {
    this.#running++;
    const response = this.#answer(request, ...facts);
    if (response instanceof Promise) return response.then(this.#answered, this.#brokenOff);
    return this.#answered(response);
  }

  /** Others have taken their place: no request comes any more. */
  replaced(): void {
    this.#replaced = true;
    this.#letGo();
  }

  readonly #answered = (response: Response): Response => {
    this.#running--;
    this.#letGo();
    return response;
  };

  readonly #brokenOff = (error: unknown): never => {
    this.#running--;
    this.#letGo();
    throw error;
  };

  #letGo(): void {
    if (!this.#replaced || this.#running > 0) return;
    for (const error of disposeChains(this.#chains)) this.#failed(error);
  }
}
