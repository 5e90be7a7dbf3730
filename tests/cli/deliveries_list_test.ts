import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { listDeliveries, type ListOptions } from "../../src/cli/deliveries_list.ts";
import { UsageError } from "../../src/cli/terminal.ts";
import { tempFolder } from "../support/temp_folder.ts";
import { recordedTerminal } from "./recorded_terminal.ts";
import { type Stored, storedOutbox } from "./stored_outbox.ts";

const hour = 3_600_000;
const groupRead = "callbackAfterGroupMsgReadCommand";

async function listed(
  stored: readonly Stored[],
  options: Partial<ListOptions> = {},
): Promise<string> {
  await using outbox = await storedOutbox(stored);
  await listDeliveries({ rules: outbox.rules, limit: 50, ...options }, outbox.terminal);
  return outbox.terminal.output;
}

/** The IDs of the lines. */
const idsOf = (output: string) =>
  output.split("\n").map((line) => line.split(" ")[0]!).filter((word) => /^d\d/.test(word));

Deno.test("a line says what an operator looks for", async () => {
  const createdAt = Date.UTC(2026, 0, 2, 3, 4, 5);
  const output = await listed([{
    id: "d1",
    target: "crm",
    command: groupRead,
    orderKey: "g1",
    createdAt,
    became: "dead",
  }]);
  const [head, line] = output.split("\n").map((text) => text.split(/ {2,}/));
  assertEquals(head?.slice(0, 6), ["id", "status", "target", "command", "key", "made"]);
  assertEquals(line?.slice(0, 6), ["d1", "dead", "crm", groupRead, "g1", "2026-01-02T03:04:05Z"]);
  assertEquals(line?.slice(7), ["1", "status 503"]);
});

Deno.test("names that nothing knows are told where they choose nothing", async () => {
  const command = "callbackGroupMsgRead";
  assertEquals(
    await listed([{ id: "d1" }], { target: "nobody", command }),
    '0 deliveries; the rules file has no target "nobody"; ' +
      `there is no command "${command}", did you mean "${command}Command"?\n`,
  );
});

Deno.test("deliveries of a target that is gone are listed without a word about it", async () => {
  const output = await listed([{ id: "d1", target: "gone" }], { target: "gone" });
  assertEquals(output.split("\n").slice(-2), ["1 delivery", ""]);
});

const now = Date.now();
const some: readonly Stored[] = [
  { id: "d1", target: "crm", became: "dead", createdAt: now - 3 * hour },
  { id: "d2", target: "crm", command: groupRead, createdAt: now - hour },
  { id: "d3", target: "bi", command: "callbackAfterSendGroupMsgCommand", became: "retry" },
  { id: "d4", target: "bi", command: groupRead, became: "delivered" },
];

for (
  const [what, options, ids] of [
    ["no option lists all in the order of storing", {}, ["d1", "d2", "d3", "d4"]],
    ["--target lists those to a target", { target: "bi" }, ["d3", "d4"]],
    ["--command lists those of a command", {
      command: "callbackAfterSendGroupMsgCommand",
    }, ["d3"]],
    ["--command takes an alias", { command: "callbackGroupMsgReadCommand" }, ["d1", "d2", "d4"]],
    ["--status dead lists dead letters", { status: "dead" }, ["d1"]],
    ["--status waiting lists what is yet to be sent", { status: "waiting" }, ["d2", "d3"]],
    ["--status delivered lists what is kept", { status: "delivered" }, ["d4"]],
    ["--since lists those made within a time", { since: "2h" }, ["d2", "d3", "d4"]],
    ["--age lists those made before a time", { age: "2h" }, ["d1"]],
    ["options narrow each other", { target: "crm", since: "2h" }, ["d2"]],
    ["--limit lists the first", { limit: 2 }, ["d1", "d2"]],
  ] as const
) {
  Deno.test(what, async () => assertEquals(idsOf(await listed(some, options)), ids));
}

Deno.test("a list that is cut says how many there are", async () => {
  const output = await listed(some, { limit: 2 });
  assertStringIncludes(output, "the first 2 of 4 deliveries; --limit 4 lists all");
});

Deno.test("an error of a target cannot write to the terminal", async () => {
  const output = await listed([{ id: "d1", orderKey: "a\u001b[2Jb\nc" }]);
  assertEquals(output.includes("\u001b"), false);
  assertStringIncludes(output, "a [2Jb c");
});

Deno.test("an empty outbox lists nothing and says so", async () => {
  assertEquals(await listed([]), "0 deliveries\n");
});

Deno.test("where no router has run yet, that is said", async () => {
  await using folder = await tempFolder();
  const rules = await folder.write("rules.json", "{}");
  const error = await assertRejects(
    () => listDeliveries({ rules, limit: 1 }, recordedTerminal()),
    UsageError,
  );
  assertStringIncludes(error.message, "there is no outbox");
  assertEquals((await Array.fromAsync(Deno.readDir(folder.path))).length, 1);
});

Deno.test("another program's database is refused with its path", async () => {
  await using folder = await tempFolder();
  await folder.write("data/outbox.sqlite", "not a database at all, but long enough to be a file");
  const rules = await folder.write("rules.json", "{}");
  const error = await assertRejects(
    () => listDeliveries({ rules, limit: 1 }, recordedTerminal()),
    UsageError,
  );
  assertStringIncludes(error.message, "data/outbox.sqlite");
});

Deno.test("a duration that is none is refused with an example", async () => {
  const error = await assertRejects(() => listed([], { since: "yesterday" }), UsageError);
  assertEquals(
    error.message,
    '--since yesterday: expected a duration such as "30m", "2h" or "7d"',
  );
});
