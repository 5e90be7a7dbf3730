/** What a registration's answer may say of users, and what becomes of them. */
import { assertEquals, assertThrows } from "@std/assert";
import { OverrideError, takenFields } from "../../src/chain/taken_fields.ts";
import { ownRegistry } from "../support/own_plugins.ts";

const register = ownRegistry.find("callbackBeforeUserRegisterCommand")!;

const whole = {
  userID: "u1",
  nickname: "Alice",
  faceURL: "",
  ex: "",
  createTime: 0,
  appMangerLevel: 1,
  globalRecvMsgOpt: 0,
};

const { userID } = whole;

for (const field of Object.keys(whole).filter((field) => field !== "userID")) {
  Deno.test(`a user without ${field} may be registered, as OpenIM does without it`, () => {
    const { [field as keyof typeof whole]: _, ...user } = whole;
    assertEquals(takenFields({ users: [user] }, register), { users: [user] });
  });
}

Deno.test("a user may have an ID and nothing else", () => {
  assertEquals(takenFields({ users: [{ userID }] }, register), { users: [{ userID }] });
});

for (const user of [{ nickname: "Alice" }, { ...whole, userID: "" }, { ...whole, userID: null }]) {
  Deno.test(`a user without an ID is not registered: ${JSON.stringify(user)}`, () => {
    assertThrows(() => takenFields({ users: [user] }, register), OverrideError, "users.0.userID");
  });
}
