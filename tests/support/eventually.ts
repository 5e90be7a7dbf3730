/** A condition did not come true in time. */
export class TooLateError extends Error {
  override readonly name = "TooLateError";
}

/** Waits until a condition holds; it is looked at again and again, for `within` ms at most. */
export async function eventually(
  what: string,
  condition: () => boolean | Promise<boolean>,
  { within = 30_000 }: { readonly within?: number } = {},
): Promise<void> {
  const deadline = performance.now() + within;
  while (!await condition()) {
    if (performance.now() > deadline) throw new TooLateError(`${what}: not within ${within} ms`);
    await new Promise((tick) => setTimeout(tick, 5));
  }
}
