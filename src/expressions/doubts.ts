import type { ASTNode } from "@marcbachmann/cel-js";
import { nodesOf, textOf } from "./ast_nodes.ts";

/** Something in an expression that is allowed and probably not meant. */
export interface Doubt {
  readonly message: string;
  /** Characters into the expression. */
  readonly offset: number;
}

/** Fields in milliseconds that `timestamp` takes for seconds, so that it fails or is wrong. */
export function millisecondDoubts(
  ast: ASTNode,
  isMilliseconds: (field: string) => boolean,
): readonly Doubt[] {
  return [...nodesOf(ast)].flatMap(({ op, args }) => {
    if (op !== "call" || args[0] !== "timestamp") return [];
    const [value] = args[1] as readonly ASTNode[];
    if (value === undefined) return [];
    const text = textOf(value);
    const field = text.replace(/^body\.|^body\[(['"])(\w+)\1\]$/, "$2");
    if (!isMilliseconds(field)) return [];
    const message = `timestamp() takes seconds, and ${text} is in milliseconds; ` +
      `write timestamp(${text} / 1000)`;
    return [{ message, offset: value.start }];
  });
}

/** Three letters, such as CST, which China and America both use. */
const shortZone = /^[A-Z]{3}$/;

/** Short names of time zones: the runtime takes one of several zones for them. */
export function zoneDoubts(ast: ASTNode): readonly Doubt[] {
  return [...nodesOf(ast)].flatMap(({ op, args }) => {
    if (op !== "rcall" || !/^get[A-Z]/.test(args[0])) return [];
    const [zone] = args[2] as readonly ASTNode[];
    if (zone?.op !== "value" || typeof zone.args !== "string" || !shortZone.test(zone.args)) {
      return [];
    }
    const { timeZone } = new Intl.DateTimeFormat("en-US", { timeZone: zone.args })
      .resolvedOptions();
    if (!timeZone.includes("/")) return [];
    const message = `"${zone.args}" is read as ${timeZone}; write the whole name of the zone, ` +
      'such as "Asia/Shanghai"';
    return [{ message, offset: zone.start }];
  });
}
