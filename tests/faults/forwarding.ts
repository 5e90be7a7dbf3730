import { groupRead, type RouterProcess, startRouterProcess } from "../support/router_process.ts";
import type { ReceivedRequest } from "../support/target_server.ts";

/** A target as the rules file describes it. */
export interface TargetRules {
  readonly url: string;
  readonly [option: string]: unknown;
}

/** Starts a router that forwards every group-read report to each of these targets. */
export function startForwarding(
  targets: Readonly<Record<string, TargetRules>>,
): Promise<RouterProcess> {
  const rules = Object.keys(targets).map((to) => ({ use: "forward", to }));
  const here = Object.entries(targets).map(([name, target]) =>
    [name, { network: "private", ...target }] as const
  );
  return startRouterProcess({
    targets: Object.fromEntries(here),
    callbacks: { [groupRead]: { rules } },
  });
}

/** Posts so many callbacks, a few at a time; returns the operations that were answered. */
export async function burst(
  router: RouterProcess,
  count: number,
  { prefix = "op", senders = 8 } = {},
): Promise<ReadonlySet<string>> {
  const answered = new Set<string>();
  let next = 0;
  const send = async () => {
    while (next < count) {
      const operationID = `${prefix}-${next++}`;
      const body = JSON.stringify({ sendID: "u1", receiveID: "u1", unreadMsgNum: next });
      const response = await router.post(body, { headers: { operationID } });
      const { errMsg } = await response.json();
      if (errMsg === "Success") answered.add(operationID);
    }
  };
  await Promise.all(Array.from({ length: senders }, send));
  return answered;
}

/** What became of answered callbacks at a target that takes what it is sent. */
export interface Tally {
  readonly answered: number;
  readonly received: number;
  readonly duplicates: number;
  readonly lost: number;
}

/** Counts what arrived of what was answered, and prints it. */
export function tally(
  what: string,
  answered: ReadonlySet<string>,
  taken: readonly Pick<ReceivedRequest, "headers">[],
): Tally {
  const operations = taken.map(({ headers }) => headers.get("operationid")!);
  const distinct = new Set(operations);
  const found: Tally = {
    answered: answered.size,
    received: operations.length,
    duplicates: operations.length - distinct.size,
    lost: [...answered].filter((operation) => !distinct.has(operation)).length,
  };
  print(`${what}: ${Object.entries(found).map(([name, count]) => `${count} ${name}`).join(", ")}`);
  return found;
}

/** Prints a line of what was checked. */
export function print(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`    ${line}\n`));
}
