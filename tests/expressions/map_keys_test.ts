import { assertEquals, assertThrows } from "@std/assert";
import { errorOf, valueOf } from "./scope_builder.ts";

const lost = ["__proto__", "constructor", "prototype"];

for (const key of lost) {
  for (
    const marked of [
      `{'history': true, ^'${key}': true}`,
      `{'outer': {^'${key}': 1}}`,
      `atUserIDs.map(id, {'id': id, ^'${key}': id})`,
      `size({^'${key}': 1}) > 0`,
    ]
  ) {
    Deno.test(`a key that the engine would leave out is an error at its place: ${marked}`, () => {
      const reason = `a map here cannot have the key "${key}"; choose another name`;
      assertEquals(errorOf(marked.replace("^", "")), `${marked.indexOf("^")}: ${reason}`);
    });
  }

  for (
    const source of ["{sendID: 1}", "atUserIDs.map(id, {sendID + '': id})", "{'a': {sendID: 1}}"]
  ) {
    Deno.test(`a key that a callback brings is not left out without a word: ${key} in ${source}`, () => {
      assertThrows(
        () => valueOf(source, { request: { sendID: key } }),
        Error,
        `a map here cannot have the key "${key}"`,
      );
    });
  }

  Deno.test(`a text and a field of the body may be called ${key}`, () => {
    assertEquals(valueOf(`'${key}' == sendID`, { request: { sendID: key } }), true);
    assertEquals(valueOf(`sendID in body`, { request: { sendID: key } }), false);
    assertEquals(valueOf(`{'x': '${key}'}['x']`), key);
  });
}

for (
  const [source, value] of [
    ["{sendID: 1}[sendID]", 1n],
    ["{sendID + 'x': 1}['u1x']", 1n],
    ["{ ( (sendID) ) + 'x' : 1}['u1x']", 1n],
    ["{'x' + ( sendID ): 1, (kind)+'y': 2}['texty']", 2n],
    ["{'a': (1), (sendID) + ('x'): (2)}['u1x']", 2n],
    ["{(sendID): {kind: 2}}[sendID]['text']", 2n],
    ["{typing ? 'a' : 'b': 1}['a']", 1n],
    ["{unreadMsgNum: 'five'}[5]", "five"],
    ["{sendID: 1, 'b': 2, kind: 3}['text']", 3n],
    ["{{sendID: 'k'}['u1']: 1}['k']", 1n],
    ["sendID in {sendID: 1}", true],
  ] as const
) {
  Deno.test(`a key that is computed stays what it is: ${source}`, () => {
    assertEquals(valueOf(source), value);
  });
}
