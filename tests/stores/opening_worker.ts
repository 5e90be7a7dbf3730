/** Opens the outbox whose path it is sent, closes it and answers with what went wrong. */
import { SqliteOutbox } from "../../src/stores/sqlite_outbox.ts";

declare const self: {
  onmessage: ((event: MessageEvent<string>) => void) | null;
  postMessage(problem: string): void;
};

self.onmessage = async ({ data: path }) => {
  try {
    await new SqliteOutbox(path, "process").close();
    self.postMessage("");
  } catch (error) {
    self.postMessage(String(error));
  }
};
self.postMessage("ready");
