import type { Outbox, OutboxCount } from "./outbox.ts";

/** What the outbox holds for one target, and since when. */
export interface OutboxFigures extends OutboxCount {
  /** When the oldest that waits was made, epoch milliseconds; undefined if none waits. */
  readonly oldest: number | undefined;
}

/** Reads what an outbox holds, per target. */
export async function readFigures(
  outbox: Pick<Outbox, "counts" | "oldest">,
): Promise<readonly OutboxFigures[]> {
  const oldest = new Map(
    (await outbox.oldest()).map(({ target, createdAt }) => [target, createdAt]),
  );
  return (await outbox.counts()).map((count) => ({ ...count, oldest: oldest.get(count.target) }));
}
