import plugin from "../../plugins/message/before_send_group.ts";

const size = 2 ** 20;
const sample = JSON.stringify(plugin.sample).slice(0, -1);
/** Beyond 2^53: the digits of the body are wanted. */
const long = '"big":1000000000000000001}';

/** As many parts as fit, with a comma between them. */
function filled(part: (index: number) => string): string {
  const parts: string[] = [];
  let length = sample.length + 100;
  for (let index = 0; length < size; index++) {
    const text = part(index);
    parts.push(text);
    length += text.length + 1;
  }
  return parts.slice(0, -1).join(",");
}

const withList = (part: (index: number) => string) => `${sample},"list":[${filled(part)}],${long}`;
const withMembers = (part: (index: number) => string) => `${sample},${filled(part)},${long}`;
const withContent = (content: string) =>
  sample.replace(/"content":"(?:[^"\\]|\\.)*"/, () => `"content":${JSON.stringify(content)}`) +
  `,${long}`;
const nested = (open: string, close: string) => {
  const levels = Math.floor((size - sample.length - 100) / (open.length + close.length));
  return `${sample},"list":${open.repeat(levels)}${close.repeat(levels)},${long}`;
};

/** Whole numbers whose lowest 15 bits are the same: as texts they have one place in a map of V8. */
const colliding = (index: number) => (index + 1) * 2 ** 15;

/** Bodies of a message that is about to be sent to a group, just below 1 MiB each. */
export const largeBodies: Readonly<Record<string, string>> = {
  "small numbers": withList((index) => `${index % 10}`),
  "long numbers": withList((index) => `${9007199254740993n + BigInt(index)}`),
  "empty lists": withList(() => "[]"),
  "empty objects": withList(() => "{}"),
  "small objects": withList((index) => `{"userID":${index}}`),
  "objects of other names": withList((index) => `{"a${index}":1}`),
  "objects with a __proto__": withList(() => '{"__proto__":1}'),
  "many members": withMembers((index) => `"k${index}":${index}`),
  "one member again and again": withMembers((index) => `"list":${index}`),
  "a __proto__ again and again": withMembers(() => '"__proto__":{}'),
  "an object of many members": `${sample},"list":{${filled((index) => `"k${index}":1`)}},${long}`,
  "an object whose names V8 takes for numbers of one hash": `${sample},"list":{${
    filled((index) => `"${colliding(index)}":1`)
  }},${long}`,
  "deep lists": nested("[", "]"),
  "deep objects": nested('{"a":[', "]}"),
  "many names": withContent("").replace(
    /"atUserList":\[[^\]]*\]/,
    () => `"atUserList":[${filled((index) => `"user${index}"`)}]`,
  ),
  "a long text": withContent(JSON.stringify({ content: "spam ".repeat(200_000) })),
  "a long plain text": withContent("spam ".repeat(200_000)),
  "a text of escapes": withContent(JSON.stringify({ content: "\n".repeat(250_000) })),
  "a text in many parts": withContent(
    JSON.stringify({ data: JSON.stringify(new Array(100_000).fill("a")) }),
  ),
  "a number of many digits": `${sample},"list":${"9".repeat(size - sample.length - 100)},${long}`,
};

/** The command of {@link largeBodies}. */
export const {
  command: groupMessage,
  request: groupMessageRequest,
  sample: groupMessageSample,
} = plugin;

/** Conditions on a group message that look into all of a body, each in its own way. */
export const twentyConditions: readonly string[] = [
  "body.big == 1000000000000000001",
  "has(body.list) && size(body.list) > 5",
  "body.list.exists(n, n == 7777)",
  "body.list.all(n, n != 'x')",
  "body.list == body.big",
  "'x' in body.list",
  "body.exists(name, name == 'nobody')",
  "text(content).contains('casino')",
  "text(content).lowerAscii().startsWith('x')",
  "size(text(content)) > 5",
  "content.split('x').size() > 100000",
  "atUserList != null && 'x' in atUserList",
  "atUserList != null && atUserList.exists(u, u == 'x')",
  "atUserList != null && atUserList.exists(u, size(atUserList.filter(v, v == u)) > 1)",
  "body == body",
  "body.list.map(x, x) == body.list",
  "body.list.filter(x, x == 1).size() > 5",
  "body.list.exists(m, has(m.userID) && m.userID == 'x')",
  "groupID == 'g1' || sendID.startsWith('bot')",
  "body.list.exists(m, m.userID == 'x') || contentType == 101",
];
