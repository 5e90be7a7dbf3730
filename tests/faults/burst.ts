import {
  groupRead,
  type RouterProcess,
  type RouterStart,
  startRouterProcess,
} from "../support/router_process.ts";

/** Callbacks that are under way at once. */
const senders = 16;

/** A router that forwards to one target, tries again soon, and gives nothing up. */
export function startForwardingRouter(
  url: string,
  store: Readonly<Record<string, unknown>>,
  start: RouterStart = {},
): Promise<RouterProcess> {
  return startRouterProcess({
    store,
    targets: {
      analytics: {
        url,
        network: "private",
        concurrency: 64,
        retry: { attempts: 100, first: "300ms", factor: 1 },
      },
    },
    callbacks: { [groupRead]: { rules: [{ use: "forward", to: "analytics" }] } },
  }, start);
}

/** The body of a callback; its user makes it one of its kind. */
export function callbackOf(operation: string): string {
  return JSON.stringify({
    sendID: operation,
    receiveID: operation,
    unreadMsgNum: 1,
    contentType: 3,
  });
}

/**
 * Sends callbacks as fast as they are answered until the router is killed, so many milliseconds
 * after the first answer; returns the operations whose answer promised that they are stored.
 */
export async function burstUntilKilled(
  router: RouterProcess,
  { name, killAfter }: { readonly name: string; readonly killAfter: number },
): Promise<readonly string[]> {
  const answered: string[] = [];
  let next = 0;
  let kill: ReturnType<typeof setTimeout> | undefined;
  const send = async () => {
    for (;;) {
      const operation = `${name}-${next++}`;
      try {
        const headers = { operationID: operation };
        const response = await router.post(callbackOf(operation), { headers });
        const { errMsg, errDlt } = await response.json();
        if (errMsg === "Success" && errDlt === "") answered.push(operation);
      } catch {
        return; // the router is gone, as it should be
      }
      kill ??= setTimeout(() => router.server.kill("SIGKILL"), killAfter);
    }
  };
  await Promise.all(Array.from({ length: senders }, send));
  clearTimeout(kill);
  return answered;
}
