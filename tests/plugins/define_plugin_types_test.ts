/**
 * What must not compile in a plugin file. A line under `@ts-expect-error` that does compile fails
 * the type check, so these tests hold before they run.
 */
import { assertEquals, assertThrows } from "@std/assert";
import { z } from "zod";
import {
  definePlugin,
  override,
  pass,
  type Plugin,
  refuse,
  userID,
} from "../../src/extension/define_plugin.ts";
import { fail } from "../../src/chain/outcome.ts";
import { PluginDefinitionError } from "../../src/extension/definition_problems.ts";
import { base, overrides } from "./plugin_parts.ts";

const strict = {
  ...base,
  request: z.object({ sendID: userID }),
  sample: { sendID: "u1" },
} as const;

/** Says that a definition has been type-checked and gave a plugin. */
function checked(plugin: Plugin): void {
  assertEquals(plugin.command, base.command);
}

/** Says that a definition that must not compile is refused at a start too, which checks no types. */
function refused(define: () => Plugin): void {
  assertThrows(define, PluginDefinitionError);
}

Deno.test("a handle reads the request's fields with their types", () => {
  checked(definePlugin({
    ...base,
    handle({ request }) {
      const sender: string = request.sendID;
      const unread: number = request.unreadMsgNum;
      const note: string | undefined = request.note;
      return refuse(5001, `${sender} ${unread} ${note}`);
    },
  }));
});

Deno.test("a handle cannot take a field for another type", () => {
  checked(definePlugin({
    ...base,
    handle({ request }) {
      // @ts-expect-error: unreadMsgNum is a number
      const unread: string = request.unreadMsgNum;
      return refuse(5001, unread);
    },
  }));
});

Deno.test("a handle cannot take an optional field for a given one", () => {
  checked(definePlugin({
    ...base,
    handle({ request }) {
      // @ts-expect-error: note may be absent
      return refuse(5001, request.note);
    },
  }));
});

Deno.test("a handle cannot use a misspelt field of a loose request as a value", () => {
  checked(definePlugin({
    ...base,
    handle({ request }) {
      // @ts-expect-error: there is no unreadMsgNumber
      return request.unreadMsgNumber > 5 ? refuse(5001, "no") : pass();
    },
  }));
});

Deno.test("a handle cannot name a field that a closed request lacks", () => {
  checked(definePlugin({
    ...strict,
    handle({ request }) {
      // @ts-expect-error: there is no recvID
      return request.recvID === undefined ? pass() : refuse(5001, "no");
    },
  }));
});

Deno.test("a handle cannot change the request", () => {
  checked(definePlugin({
    ...base,
    handle(callback) {
      // @ts-expect-error: a callback is read only
      callback.command = "callbackOtherCommand";
    },
  }));
});

Deno.test("a handle may override a field of the command, null included", () => {
  checked(definePlugin({ ...base, overrides, handle: () => override({ ex: null }) }));
  checked(definePlugin({ ...base, overrides, handle: () => override({ ex: "x", status: 1 }) }));
});

Deno.test("a handle cannot override a field that the command does not take", () => {
  checked(definePlugin({
    ...base,
    overrides,
    // @ts-expect-error: the command takes no override "content"
    handle: () => override({ content: "x" }),
  }));
});

Deno.test("a handle cannot override with a value of the wrong type", () => {
  checked(definePlugin({
    ...base,
    overrides,
    // @ts-expect-error: ex is a text
    handle: () => override({ ex: 5 }),
  }));
});

Deno.test("a handle cannot override by way of a promise what it cannot override at once", () => {
  checked(definePlugin({
    ...base,
    overrides,
    // @ts-expect-error: ex is a text
    handle: () => Promise.resolve(override({ ex: 5 })),
  }));
});

Deno.test("a handle of a command without overrides cannot override", () => {
  checked(definePlugin({
    ...base,
    // @ts-expect-error: the command takes no overrides
    handle: () => override({ ex: "x" }),
  }));
});

Deno.test("a handle cannot answer with a text", () => {
  checked(definePlugin({
    ...base,
    // @ts-expect-error: a text is no outcome
    handle: () => "refuse",
  }));
});

Deno.test("a handle cannot say of itself that it failed: it throws", () => {
  checked(definePlugin({
    ...base,
    // @ts-expect-error: a failure is thrown
    handle: () => fail("broken"),
  }));
});

Deno.test("a sample cannot lack a field", () => {
  refused(() =>
    definePlugin({
      ...base,
      // @ts-expect-error: unreadMsgNum is missing
      sample: { sendID: "u1" },
    })
  );
});

Deno.test("a sample cannot have a value of the wrong type", () => {
  refused(() =>
    definePlugin({
      ...base,
      // @ts-expect-error: sendID is a text
      sample: { sendID: 1, unreadMsgNum: 5 },
    })
  );
});

Deno.test("a closed request's sample cannot have a field too many", () => {
  checked(definePlugin({
    ...strict,
    // @ts-expect-error: there is no recvID
    sample: { sendID: "u1", recvID: "u2" },
  }));
});

Deno.test("a loose request's sample may have more fields, as servers send them", () => {
  checked(definePlugin({ ...base, sample: { ...base.sample, newInV4: true } }));
});

Deno.test("a plugin cannot have a timing of its own", () => {
  refused(() =>
    definePlugin({
      ...base,
      // @ts-expect-error: before or after
      timing: "during",
    })
  );
});

Deno.test("a plugin cannot lack its area", () => {
  const { area: _area, ...homeless } = base;
  // @ts-expect-error: the area is missing
  refused(() => definePlugin(homeless));
});

Deno.test("an echo cannot name a field that the request lacks", () => {
  checked(definePlugin({ ...base, echo: ["sendID", "note"] }));
  refused(() =>
    definePlugin({
      ...base,
      // @ts-expect-error: there is no groupName
      echo: ["sendID", "groupName"],
    })
  );
});

Deno.test("a guard knows its override's value and the request", () => {
  checked(definePlugin({
    ...base,
    overrides,
    guards: {
      ex(value, request) {
        const text: string | null = value;
        const unread: number = request.unreadMsgNum;
        return unread > 0 ? { keep: text } : { keep: undefined, dropped: "nothing is unread" };
      },
      status: (value) => ({ keep: value + 1 }),
    },
  }));
});

Deno.test("a guard cannot take its override's value for another type", () => {
  checked(definePlugin({
    ...base,
    overrides,
    guards: {
      // @ts-expect-error: status is a number
      status: (value: string) => ({ keep: value }),
    },
  }));
});

Deno.test("a guard cannot let through a value of another type", () => {
  checked(definePlugin({
    ...base,
    overrides,
    guards: {
      // @ts-expect-error: status is a number
      status: () => ({ keep: "1" }),
    },
  }));
});

Deno.test("a guard cannot use a misspelt field of a loose request as a value", () => {
  checked(definePlugin({
    ...base,
    overrides,
    guards: {
      // @ts-expect-error: there is no unreadMsgNumber
      ex: (value, request) => ({ keep: request.unreadMsgNumber > 5 ? value : null }),
    },
  }));
});

Deno.test("a guard cannot watch a field that is no override", () => {
  refused(() =>
    definePlugin({
      ...base,
      overrides,
      guards: {
        // @ts-expect-error: the command takes no override "content"
        content: () => ({ keep: "x" }),
      },
    })
  );
});

Deno.test("a webhook cannot lack the version that it is from", () => {
  refused(() =>
    definePlugin({
      ...base,
      // @ts-expect-error: since is missing
      webhook: { key: "beforeTest" },
    })
  );
});
