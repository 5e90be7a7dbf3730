import { assertEquals } from "@std/assert";
import { startTarget } from "../support/target_server.ts";
import { aTarget } from "./builders.ts";
import { postOnce } from "./posting.ts";

const gbk = new Uint8Array([0xbd, 0xfb, 0xd6, 0xb9]); // 禁止
const latin1 = new Uint8Array([0x6e, 0xe3, 0x6f]); // não

async function textOf(bytes: Uint8Array<ArrayBuffer>, contentType: string) {
  await using server = startTarget(
    () => new Response(bytes, { headers: { "content-type": contentType } }),
  );
  const { text, garbled } = await postOnce(aTarget({ url: server.url }));
  return [text, garbled];
}

for (
  const [charset, bytes, text] of [
    ["gbk", gbk, "禁止"],
    ["GB2312", gbk, "禁止"],
    ['"gb18030"', gbk, "禁止"],
    ["ISO-8859-1", latin1, "não"],
    ["utf-8", new TextEncoder().encode("禁止"), "禁止"],
    ["no-such-charset", new TextEncoder().encode("禁止"), "禁止"],
  ] as const
) {
  Deno.test(`an answer in the charset ${charset} is read in it`, async () => {
    assertEquals(await textOf(bytes, `application/json; charset=${charset}`), [text, undefined]);
  });
}

Deno.test("an answer that is not in the charset that it names is told to be garbled", async () => {
  const [text, garbled] = await textOf(gbk, "application/json");
  assertEquals([String(text).includes("\ufffd"), garbled], [true, "utf-8"]);
});

Deno.test("an answer that the limit cuts inside a character is not garbled", async () => {
  const text = `x${"é".repeat(200_000)}`;
  const [read, garbled] = await textOf(new TextEncoder().encode(text), "text/plain");
  assertEquals([text.startsWith(String(read)), garbled], [true, undefined]);
});
