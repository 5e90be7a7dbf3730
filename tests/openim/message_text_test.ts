import { assertEquals, assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import { messageText, messageTexts, replaceMessageTexts } from "../../src/openim/message_text.ts";

const upper = (content: string) => replaceMessageTexts(content, (text) => text.toUpperCase());

/** A content, the texts in it, and the content with them in upper case. */
const contents: Readonly<Record<string, readonly [string, readonly string[], string]>> = {
  "a text": ['{"content":"hi \\"you\\""}', ['hi "you"'], '{"content":"HI \\"YOU\\""}'],
  "a text with mentions": [
    '{"text":"@Bob hi","atUserList":["bob"],"isAtSelf":false}',
    ["@Bob hi"],
    '{"text":"@BOB HI","atUserList":["bob"],"isAtSelf":false}',
  ],
  "a quote, without what it quotes": [
    '{"text":"yes","quoteMessage":{"seq":1,"textElem":{"content":"no"}}}',
    ["yes"],
    '{"text":"YES","quoteMessage":{"seq":1,"textElem":{"content":"no"}}}',
  ],
  "a custom message": [
    '{"data":"hi","description":"a card","extension":"x"}',
    ["hi", "a card"],
    '{"data":"HI","description":"A CARD","extension":"x"}',
  ],
  "a custom message with JSON of its own": [
    '{"data":"{\\"type\\": 7, \\"title\\":\\"hi\\",\\"list\\":[\\"a\\",[\\"b\\"]]}"}',
    ["hi", "a", "b"],
    '{"data":"{\\"type\\": 7, \\"title\\":\\"HI\\",\\"list\\":[\\"A\\",[\\"B\\"]]}"}',
  ],
  "advanced text": [
    '{"text":"hi","messageEntityList":[{"type":"b","offset":0}]}',
    ["hi"],
    '{"text":"HI","messageEntityList":[{"type":"b","offset":0}]}',
  ],
  "names as Go matches them": [
    '{"Content":"hi","TEXT":"you"}',
    ["hi", "you"],
    '{"Content":"HI","TEXT":"YOU"}',
  ],
  "a picture": ['{"sourcePath":"a.png"}', [], '{"sourcePath":"a.png"}'],
  "a field that is no text": [
    '{"content":{"text":"hi"},"text":5}',
    [],
    '{"content":{"text":"hi"},"text":5}',
  ],
  "plain text of version 2": ["hi you", ["hi you"], "HI YOU"],
  "text that is JSON but no message": ['["hi"]', ['["hi"]'], '["HI"]'],
  "broken JSON": ['{"content":"hi', ['{"content":"hi'], '{"CONTENT":"HI'],
  "an empty content": ["", [""], ""],
};

for (const [name, [content, texts, replaced]] of Object.entries(contents)) {
  Deno.test(`the texts of ${name} are found and replaced`, () => {
    assertEquals(messageTexts(content), texts);
    assertEquals(upper(content), replaced);
  });
}

Deno.test("everything but the texts stays as it is written", () => {
  const content =
    '{ "2":1e2, "1":9007199254740993,"content" : "hi" , "x":1.0,"x":-0,"y":"\\u003c" }';
  assertEquals(upper(content), content.replace("hi", "HI"));
});

Deno.test("a name that is given twice is replaced in both places", () => {
  assertEquals(upper('{"content":"one","content":"two"}'), '{"content":"ONE","content":"TWO"}');
});

Deno.test("the readable text has a line for each text", () => {
  assertEquals(messageText('{"data":"hi","description":"a card"}'), "hi\na card");
});

Deno.test("a message that nests deeply is read and replaced", () => {
  const deep = `${"[".repeat(200_000)}"a"${"]".repeat(200_000)}`;
  assertEquals(upper(`{"content":"hi","x":${deep}}`), `{"content":"HI","x":${deep}}`);
});

Deno.test("a message of very many texts is read and replaced", () => {
  const data = JSON.stringify(new Array(300_000).fill("a"));
  const content = JSON.stringify({ data });
  assertEquals(messageTexts(content).length, 300_000);
  assertEquals(JSON.parse(upper(content)), { data: data.toUpperCase() });
});

Deno.test("any message keeps its shape when its texts are replaced", () => {
  const message = fc.record({
    content: fc.string({ unit: "binary" }),
    text: fc.oneof(fc.string({ unit: "grapheme" }), fc.jsonValue()),
    other: fc.jsonValue(),
  }, { requiredKeys: [] });
  fc.assert(fc.property(message, (value) => {
    const content = JSON.stringify(value);
    const replaced = JSON.parse(replaceMessageTexts(content, (text) => `${text}!`));
    const expected = JSON.parse(content);
    for (const field of ["content", "text"]) {
      if (typeof expected[field] === "string") expected[field] += "!";
    }
    assertEquals(replaced, expected);
  }));
});

Deno.test("no content throws, and one whose texts stay the same is the same", () => {
  const anything = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.json(),
    fc.json().map((json) => `{"data":${JSON.stringify(json)}}`),
  );
  fc.assert(fc.property(anything, (content) => {
    messageText(content);
    assertStrictEquals(replaceMessageTexts(content, (text) => text), content);
  }));
});
