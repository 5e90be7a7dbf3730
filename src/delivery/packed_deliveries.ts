/**
 * Deliveries to one target as one text. To hand that to another thread, and to put it on the disk,
 * takes a fraction of what the deliveries take one by one.
 *
 * @module
 */
import type { NewDelivery } from "../chain/deliveries.ts";
import type { TraceContext } from "../chain/trace_context.ts";

/** The most deliveries that are packed together: to queue that many is short work. */
const mostTogether = 64;
/** The text of their bodies after which a pack is full, characters. */
const textTogether = 1024 * 1024;

/** Some deliveries to one target. */
export interface PackedDeliveries {
  readonly target: string;
  readonly count: number;
  /** When the oldest of them was made, epoch milliseconds. */
  readonly oldest: number;
  /** A {@link Pack} as JSON. */
  readonly json: string;
}

/** A pack whose deliveries cannot be read. */
export type DamagedPack = Pick<PackedDeliveries, "target" | "count">;

/** Deliveries were stored, and cannot be read from the file any more. */
export class DamagedPackError extends Error {
  override readonly name = "DamagedPackError";

  constructor({ target, count }: DamagedPack) {
    super(
      `what was held back for ${target} cannot be read (deliveries: ${count}): it stands aside in ` +
        "the outbox's file, in the table staged, as damaged",
    );
  }
}

/** What deliveries have in common is written once. */
interface Pack {
  readonly kinds: readonly Kind[];
  readonly rows: readonly Row[];
}

/** What all deliveries of a rule have in common, for one command. */
type Kind = Pick<NewDelivery, "target" | "command" | "headers">;

/** A delivery: the place of its kind, and what is its own. */
type Row = readonly [
  kind: number,
  id: string,
  operationID: string,
  createdAt: number,
  body: string,
  orderKey?: string,
  trace?: TraceContext,
];

/** Packs deliveries; those of one target stay in their order. */
export function packed(deliveries: readonly NewDelivery[]): readonly PackedDeliveries[] {
  const target = deliveries[0]?.target;
  // most callbacks go to one and the same target
  if (deliveries.every((delivery) => delivery.target === target)) return parts(deliveries);
  return [...Map.groupBy(deliveries, (delivery) => delivery.target).values()].flatMap(parts);
}

/** The deliveries of a pack, in their order. */
export function unpacked({ json }: Pick<PackedDeliveries, "json">): readonly NewDelivery[] {
  const { kinds, rows }: Pack = JSON.parse(json);
  return rows.map(([kind, id, operationID, createdAt, body, orderKey = "", trace]) => {
    const delivery = { id, ...kinds[kind]!, operationID, orderKey, createdAt, body };
    return trace === undefined ? delivery : { ...delivery, trace };
  });
}

/** Packs deliveries to one target, so that no pack is too large. */
function parts(deliveries: readonly NewDelivery[]): readonly PackedDeliveries[] {
  const packs: PackedDeliveries[] = [];
  let from = 0;
  let text = 0;
  for (let next = 1; next <= deliveries.length; next++) {
    text += deliveries[next - 1]!.body.length;
    if (next < deliveries.length && next - from < mostTogether && text < textTogether) continue;
    packs.push(packOf(deliveries.slice(from, next)));
    from = next;
    text = 0;
  }
  return packs;
}

function packOf(deliveries: readonly NewDelivery[]): PackedDeliveries {
  const kinds: Kind[] = [];
  const rows: Row[] = [];
  let oldest = Infinity;
  for (
    const { id, target, command, operationID, orderKey, createdAt, headers, body, trace }
      of deliveries
  ) {
    let kind = kinds.findIndex((known) => known.command === command && known.headers === headers);
    if (kind === -1) kind = kinds.push({ target, command, headers }) - 1;
    if (trace !== undefined) rows.push([kind, id, operationID, createdAt, body, orderKey, trace]);
    else if (orderKey !== "") rows.push([kind, id, operationID, createdAt, body, orderKey]);
    else rows.push([kind, id, operationID, createdAt, body]);
    oldest = Math.min(oldest, createdAt);
  }
  const pack: Pack = { kinds, rows };
  return { target: kinds[0]!.target, count: rows.length, oldest, json: JSON.stringify(pack) };
}
