import { assertEquals } from "@std/assert";
import { errorOf } from "./scope_builder.ts";

const shapes = { counts: { reads: { "1m": "int" } }, tags: { bad: "bool" } } as const;

for (
  const [source, says] of [
    ["counts.reads > 3", "0: \"counts.reads\" has parts; compare its part counts.reads['1m']"],
    [
      "typing && counts.reads > 3",
      "10: \"counts.reads\" has parts; compare its part counts.reads['1m']",
    ],
    ["string(counts.reads)", "0: \"counts.reads\" has parts; name its part counts.reads['1m']"],
    ["counts.reads.1m > 3", "12: \"1m\" is a text; write ['1m']"],
    ["counts.reads[1m] > 3", "12: \"1m\" is a text; write ['1m']"],
    ["bad", '0: unknown field "bad", did you mean "tags.bad"?'],
    ["'bad' in tags", '9: "tags" has parts; name its part tags.bad'],
    ["tags.bad == 'yes'", '0: "tags.bad" is true or false already; write tags.bad or !tags.bad'],
    ["sendID.text == 'x'", '7: "sendID" is a string, which has no members; write text(sendID)'],
    [
      "body.sendID.text == 'x'",
      '12: "body.sendID" is a string, which has no members; write text(body.sendID)',
    ],
    ["has(title.text)", '10: "title" is a string, which has no members; write text(title)'],
    ["sendID.length > 3", '7: "sendID" is a string, which has no members; write size(sendID)'],
    ["sendID == A", "10: unknown field \"A\"; write a text in quotes: 'A'"],
    ["sendID in [admin]", "11: unknown field \"admin\"; write a text in quotes: 'admin'"],
    ["sendID == 12", "0: \"sendID\" is a string; write '12' in quotes"],
    ["unreadMsgNum == '5'", '0: "unreadMsgNum" is a whole number; write 5 without quotes'],
    ["sendID * 2 == 'a'", '0: "*" does not take sendID, a string, and 2'],
    ["unreadMsgNum * '2' > 3", '0: "unreadMsgNum" is a whole number; write 2 without quotes'],
    ["not typing", '0: unexpected "not"; write !'],
    ["typing && not (typing)", '10: there is no "not" in expressions; write !(typing)'],
    [
      "!sendID in ['a']",
      "0: \"!\" takes true or false, not sendID, a string; write !(sendID in ['a'])",
    ],
    ["sendID ? 1 : 2", '0: before "?" stands sendID, a string; write what is true or false'],
    [
      "(sendID + 'a') ? 1 : 2",
      "1: before \"?\" stands sendID + 'a', a string; write what is true or false",
    ],
    [
      "atUserIDs.filter(user, null)",
      '23: "filter" takes a condition on each item, not null; write what is true or false',
    ],
    [
      "seqs.all(n, 1)",
      '12: "all" takes a condition on each item, not 1; write what is true or false',
    ],
    [
      "!sendID ? 1 : 2",
      '0: "!" takes true or false, not sendID, a string; compare it, such as sendID != ...',
    ],
    [
      "[!sendID].size()",
      '1: "!" takes true or false, not sendID, a string; compare it, such as sendID != ...',
    ],
    [
      "[][0] == 1",
      "0: the types of the expression cannot be found; give an empty list an item",
    ],
    [
      "atUserIDs.filter(user, user == 'a').length > 1",
      "36: a list has no member \"length\"; write size(atUserIDs.filter(user, user == 'a'))",
    ],
    ["[1].first == 1", '4: a list has no member "first"'],
    ["sendID not in ['a']", '7: unexpected "not in"; write !(... in [...])'],
    ["sendID in ('a', 'b')", '14: expected ")", not ","; a list stands in [ ]'],
    ["sendID === 'a'", '7: unexpected "==="; write =='],
    ["sendID !== 'a'", '7: unexpected "!=="; write !='],
    ["sendID =~ 'a'", "7: unexpected \"=~\"; write .matches('...')"],
    ["title == None", '9: unknown field "None"; write null'],
    ["typing == True", '10: unknown field "True"; write true'],
    [
      "request.sendID == 'a'",
      '0: unknown field "request"; fields stand by themselves: write sendID, not request.sendID',
    ],
    ["text == 'a'", '0: unknown field "text"; "text" is a function: write text(content)'],
    [
      "sendID.includes('a')",
      "0: there is no \"includes\" in expressions; write sendID.contains('a')",
    ],
    ["len(sendID) > 3", '0: there is no "len" in expressions; write size(sendID)'],
    ["contains(sendID, 'a')", "0: \"contains\" is a method; write sendID.contains('a')"],
    [
      "sendID && typing",
      "0: \"&&\" takes true or false, not a string; compare it, such as sendID != ''",
    ],
    [
      "isNotification()",
      '0: "isNotification" is given nothing; write isNotification(contentType)',
    ],
    ["text()", '0: "text" is given nothing; write text(content)'],
    [
      "!isReadReceipt",
      '1: unknown field "isReadReceipt"; "isReadReceipt" is a function: write ' +
      "isReadReceipt(contentType)",
    ],
    [
      "receivedAt.getHours() > 8",
      '0: "receivedAt" is a whole number, no time; write timestamp(receivedAt / 1000).getHours() for milliseconds',
    ],
    [
      "timestamp(receivedAt / 1000).getHours('Asia/Shangai') > 8",
      '38: there is no time zone "Asia/Shangai", did you mean "Asia/Shanghai"?',
    ],
    [
      "timestamp(receivedAt / 1000).getHours('UTC+8') > 8",
      '38: there is no time zone "UTC+8"; write one such as "Asia/Shanghai", "UTC" or "+08:00"',
    ],
    [
      "timestamp(receivedAt / 1000).getHours('+80:00') > 8",
      '38: there is no time zone "+80:00"; write one such as "Asia/Shanghai", "UTC" or "+08:00"',
    ],
    [
      "duration('5 minutes') > duration('1m')",
      "9: \"5 minutes\" is no duration; write one such as duration('90s') or duration('1h30m')",
    ],
    [
      "sendID.matches('\\d')",
      "16: \"\\d\" is no escape in a text; put r before the text's quote, such as r'\\d+', which JSON writes as \"r'\\\\d+'\"",
    ],
  ] as const
) {
  Deno.test(`${JSON.stringify(source)} is told what is wrong, where, and what to write`, () => {
    assertEquals(errorOf(source, { shapes }), says);
  });
}

for (
  const source of [
    "timestamp(receivedAt / 1000).getHours('Asia/Shanghai') > 8",
    "timestamp(receivedAt / 1000).getMinutes('+08:00') > 8",
    "body.anything.at.all == 'x'",
    "text(sendID) == 'x'",
    "counts.reads['1m'] > 3 && tags.bad",
  ]
) {
  Deno.test(`${JSON.stringify(source)} is in order`, () => {
    assertEquals(errorOf(source, { shapes }), "none");
  });
}

const answer = { shapes: { answer: "dyn", status: "int" } } as const;

for (
  const [source, says] of [
    [
      "verdict > 0.8",
      '0: unknown field "verdict"; write answer.verdict for a field of the target\'s answer',
    ],
    [
      "response.verdict > 0.8",
      '0: unknown field "response"; write answer.verdict for a field of the target\'s answer',
    ],
    [
      "data.verdict > 0.8",
      '0: unknown field "data"; write answer.data for a field of the target\'s answer',
    ],
    ["sendId == 'u1'", '0: unknown field "sendId", did you mean "sendID"?'],
  ] as const
) {
  Deno.test(`${JSON.stringify(source)} over an answer is told where the answer's fields are`, () => {
    assertEquals(errorOf(source, answer), says);
  });
}
