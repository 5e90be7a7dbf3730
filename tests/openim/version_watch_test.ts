import { assertEquals } from "@std/assert";
import { rangeText } from "../../src/openim/versions.ts";
import {
  type CommandPlace,
  type SeenRequest,
  shownVersions,
  VersionWatch,
} from "../../src/openim/version_watch.ts";
import { aCallback } from "../support/callbacks.ts";
import { ownRegistry } from "../support/own_plugins.ts";

/** A request by a name, in a place. */
function seen(calledAs: string, place: CommandPlace, dialect: "v2" | "v3" = "v3"): SeenRequest {
  const { command, webhook } = ownRegistry.find(calledAs)!;
  return { callback: aCallback({ command, calledAs, dialect }), place, sentBy: webhook };
}

for (
  const [calledAs, place, shown] of [
    ["callbackBeforeSendGroupMsgCommand", "path", "3.4.2 and later"],
    ["callbackBeforeSendGroupMsgCommand", "query", "3.0.0-alpha.0 to 3.4.0"],
    ["callbackBeforeSendGroupMsgCommand", "body", "every version"],
    ["callbackAfterGroupMsgReadCommand", "path", "3.7.0 and later"],
    ["callbackGroupMsgReadCommand", "path", "3.5.0-beta.1 and later, before 3.7.0"],
    // the form of the documentation, which no server has
    ["callbackGroupMsgReadCommand", "query", "every version"],
    ["callbackBeforeMembersJoinGroupCommand", "path", "3.8.0 and later"],
    ["callbackBeforeMemberJoinGroupCommand", "path", "3.4.2 and later, before 3.8.0"],
    ["callbackAfterMsgSaveDBCommand", "path", "the main branch"],
    ["callbackAfterAddFriendAgreeCommand", "path", "3.8.1-rc.4 and later"],
  ] as const
) {
  Deno.test(`${calledAs} in the ${place} shows ${shown}`, () => {
    assertEquals(rangeText(shownVersions(seen(calledAs, place))), shown);
  });
}

Deno.test("a request in the form of version 2 shows it", () => {
  const request = seen("callbackBeforeSendSingleMsgCommand", "body", "v2");
  assertEquals(rangeText(shownVersions(request)), "2.0.2 to 2.3.3");
});

Deno.test("every current command in the path shows a range that holds main", () => {
  const current = ownRegistry.plugins.filter(({ webhook }) => webhook?.until === undefined);
  const version = (command: string) => told("main", [seen(command, "path")]);
  assertEquals(current.flatMap(({ command }) => version(command)), []);
});

/** What a watch for a version tells of requests. */
function told(version: string, requests: readonly SeenRequest[]): readonly string[] {
  const lines: string[] = [];
  const watch = new VersionWatch(version, ({ calledAs }, shown) => {
    lines.push(`${calledAs}: ${shown}`);
  });
  for (const request of requests) watch.see(request);
  return lines;
}

Deno.test("requests of the version that is named are nothing to tell", () => {
  assertEquals(
    told("3.8.3", [
      seen("callbackAfterGroupMsgReadCommand", "path"),
      seen("callbackBeforeSendGroupMsgCommand", "path"),
      seen("callbackBeforeSendGroupMsgCommand", "body"),
    ]),
    [],
  );
});

Deno.test("each other range of versions is told once, with the first request that shows it", () => {
  const older = seen("callbackGroupMsgReadCommand", "path");
  const queried = seen("callbackBeforeSendGroupMsgCommand", "query");
  assertEquals(told("3.8.3", [older, queried, older, queried]), [
    "callbackGroupMsgReadCommand: 3.5.0-beta.1 and later, before 3.7.0",
    "callbackBeforeSendGroupMsgCommand: 3.0.0-alpha.0 to 3.4.0",
  ]);
  assertEquals(told("3.5.1", [older]), []);
  assertEquals(told("3.5.1", [seen("callbackAfterGroupMsgReadCommand", "path")]), [
    "callbackAfterGroupMsgReadCommand: 3.7.0 and later",
  ]);
});
