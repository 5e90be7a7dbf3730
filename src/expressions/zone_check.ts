import type { ASTNode } from "@marcbachmann/cel-js";
import { nodesOf } from "./ast_nodes.ts";
import type { Doubt } from "./millisecond_check.ts";

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
