import { assertEquals } from "@std/assert";
import type { RouterProcess } from "./router_process.ts";

/** Posts a number of callbacks, a few at a time. */
export async function send(router: RouterProcess, count: number): Promise<void> {
  let sent = 0;
  const sender = async () => {
    while (sent < count) {
      const body = JSON.stringify({ sendID: `u${sent++}`, receiveID: "g", unreadMsgNum: 1 });
      const { errDlt } = await (await router.post(body)).json();
      assertEquals(errDlt, "");
    }
  };
  await Promise.all(Array.from({ length: 8 }, sender));
}

/** Asks the operator's API; a body is posted as JSON. */
export async function api(router: RouterProcess, path: string, body?: object) {
  const response = await fetch(`${router.operatorURL}/api${path}`, {
    ...body !== undefined && {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    },
  });
  return { status: response.status, page: await response.json() };
}
