import { assertEquals } from "@std/assert";
import { didYouMean, nearestName } from "../../src/values/nearest_name.ts";

const fields = ["sendID", "receiveID", "unreadMsgNum", "contentType"];

Deno.test("a misspelt name is near the name that was meant", () => {
  assertEquals(nearestName("recieveID", fields), "receiveID");
});

Deno.test("of several near names the nearest is meant", () => {
  assertEquals(nearestName("analitics", ["analytics2", "analytics", "analysts"]), "analytics");
});

Deno.test("a name that was cut short means the one that begins so, not a nearer one", () => {
  const commands = ["callbackSingleMsgRead", "callbackGroupMsgReadCommand", "callbackGroupMember"];
  assertEquals(nearestName("callbackGroupMsgRead", commands), "callbackGroupMsgReadCommand");
});

Deno.test("where several names begin so, the nearest one is meant", () => {
  const commands = ["callbackGroupReadCommand", "callbackGroupReads"];
  assertEquals(nearestName("callbackGroupRead", commands), "callbackGroupReads");
});

Deno.test("a few letters are no name that was cut short", () => {
  assertEquals(nearestName("send", ["sendTimestamps"]), undefined);
});

Deno.test("upper and lower case do not keep names apart", () => {
  assertEquals(nearestName("SENDid", fields), "sendID");
});

Deno.test("a name that is like none has no nearest one", () => {
  assertEquals(nearestName("temperature", fields), undefined);
});

Deno.test("among no names there is no nearest one", () => {
  assertEquals(nearestName("sendID", []), undefined);
});

Deno.test("the hint names the near name", () => {
  assertEquals(didYouMean("unreadMsgNm", fields), ', did you mean "unreadMsgNum"?');
});

Deno.test("there is no hint without a near name", () => {
  assertEquals(didYouMean("temperature", fields), "");
});

Deno.test("a name of 128 characters still has a nearest one", () => {
  assertEquals(nearestName("a".repeat(128), ["a".repeat(127)]), "a".repeat(127));
});

Deno.test("a name beyond 128 characters has no nearest one, so that none takes long", () => {
  assertEquals(nearestName("a".repeat(129), ["a".repeat(129)]), undefined);
});

Deno.test("a name of one letter is never meant to be another letter", () => {
  assertEquals(nearestName("x", ["a", "y", "id"]), undefined);
});

Deno.test("a name of one letter may be meant in the other case", () => {
  assertEquals(nearestName("x", ["a", "X"]), "X");
});
