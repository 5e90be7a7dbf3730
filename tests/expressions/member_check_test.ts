import { assertEquals } from "@std/assert";
import { errorOf, valueOf } from "./scope_builder.ts";

/** Expressions whose misspelt member is marked by a caret in front of it. */
const misspelt = [
  "profile.^agee > 3",
  "profile != null && profile.^agee > 3",
  "has(profile.^agee)",
  "[profile.^agee]",
  "{'age': profile.^agee}",
  "sendID == 'u1' ? profile.^agee : 0",
  "profile . ^agee > 3",
  "profile[^'agee'] > 3",
  "members.exists(m, profile.^agee > 3)",
  "profile.^agee.exists(m, m > 3)",
  "cel.bind(p, profile, p.^agee > 3)",
  "cel.bind(p, profile.^agee, p > 3)",
  "members.exists(sendID, sendID.userID == 'm1') && profile.^agee > 3",
];

for (const marked of misspelt) {
  Deno.test(`a misspelt member is found, at its own place: ${marked}`, () => {
    assertEquals(
      errorOf(marked.replace("^", "")),
      `${marked.indexOf("^")}: unknown field "agee", did you mean "age"?`,
    );
  });
}

for (
  const marked of [
    "members[0][^'userId'] == 'm1'",
    "members.exists(m, m[^'userId'] == 'm1')",
    "members.exists(profile, profile.^userId == 'm1')",
    "members.filter(m, m.userID == 'm1')[0].^userId == 'm1'",
    "group.owner[^'userId'] == 'o1'",
  ]
) {
  Deno.test(`a misspelt member of what is always there has its own place too: ${marked}`, () => {
    assertEquals(
      errorOf(marked.replace("^", "")),
      `${marked.indexOf("^")}: unknown field "userId", did you mean "userID"?`,
    );
  });
}

for (
  const macro of [
    "members.exists(profile, profile.userID == 'm1')",
    "members.exists_one(profile, profile.userID == 'm1')",
    "members.all(profile, profile.userID == 'm1')",
    "members.filter(profile, profile.userID == 'm1').size() == 1",
    "members.map(profile, profile.userID) == ['m1']",
    "members.map(profile, profile.userID == 'm1', profile.userID) == ['m1']",
    "cel.bind(profile, members[0], profile.userID == 'm1')",
  ]
) {
  Deno.test(`a macro's variable hides a field of the same name: ${macro}`, () => {
    assertEquals([errorOf(macro), valueOf(macro)], ["none", true]);
  });
}

Deno.test("a member that an object which may be absent has is no error", () => {
  const given = { request: { profile: { age: 30 } } };
  for (const source of ["profile != null && profile.age > 3", "profile['age'] > 3"]) {
    assertEquals([errorOf(source), valueOf(source, given)], ["none", true], source);
  }
});
