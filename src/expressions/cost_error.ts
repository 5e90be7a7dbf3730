/**
 * An expression that would take longer over this callback than one evaluation may. The rule fails;
 * nobody else's answer waits for it.
 */
export class CostError extends Error {
  override readonly name = "CostError";
}
