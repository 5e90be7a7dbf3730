import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { OutboxFileError } from "../../src/stores/outbox_file_error.ts";
import { deliveries } from "../delivery/builders.ts";
import { outboxFile } from "./outbox_file.ts";

const page = 4096;

/** Destroys pages of a file that holds a thousand deliveries, then opens and checks it. */
async function damagedBy(damage: (bytes: Uint8Array) => Uint8Array) {
  await using file = await outboxFile();
  const before = file.open();
  await before.append(deliveries(1000, { body: "7".repeat(500) }));
  await before.close();
  const bytes = damage(await Deno.readFile(file.path));
  await Deno.writeFile(file.path, bytes);
  const { message } = assertThrows(() => file.open().checkIntact(), OutboxFileError);
  for (const part of [file.path, "is damaged", "restore a copy", ".recover"]) {
    assertStringIncludes(message, part);
  }
  assertEquals(await Deno.readFile(file.path), bytes, "it is left as it was");
}

Deno.test("a page of deliveries that is overwritten is found, and the file left as it is", () =>
  damagedBy((bytes) => bytes.fill(0xa5, bytes.length - 20 * page, bytes.length - 19 * page)));

Deno.test("a file whose end is missing is found, and left as it is", () =>
  damagedBy((bytes) => bytes.slice(0, Math.floor(bytes.length / page / 2) * page)));

Deno.test("a table whose root is overwritten is found, and left as it is", () =>
  damagedBy((bytes) => bytes.fill(0, 2 * page, 12 * page)));

Deno.test("a file that is whole passes the check", async () => {
  await using file = await outboxFile();
  const outbox = file.open();
  await outbox.append(deliveries(100));
  outbox.checkIntact();
  assertEquals((await outbox.counts())[0]?.waiting, 100);
});
