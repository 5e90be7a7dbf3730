import type { WordTexts } from "./word_texts.ts";

/** The command of the messages. */
export const command = "callbackBeforeSendSingleMsgCommand";

const messages = 1000;
/** How many messages of a thousand hold a listed word. */
const hits = 10;

/** A thousand bodies of messages about to be sent, ten of which hold a word of the list. */
export function messageBodies(texts: WordTexts, list: readonly string[]): readonly string[] {
  const all = new Set(list);
  return Array.from({ length: messages }, (_none, index) => {
    const hit = index % (messages / hits) === 0;
    const text = hit ? `${texts.message(all)} ${list[index]}` : texts.message(all);
    return JSON.stringify({
      sendID: String(1_000_000 + index % 200),
      callbackCommand: command,
      serverMsgID: "1f3870be274f6c49b3e31a0c6728957f",
      clientMsgID: "8b1a9953c4611296a827abf8c47804d7",
      operationID: `17543000${index}`,
      senderPlatformID: 2,
      senderNickname: "Alice",
      sessionType: 1,
      msgFrom: 100,
      contentType: 101,
      status: 1,
      sendTime: 1754300000123,
      createTime: 1754299999987,
      content: JSON.stringify({ content: text }),
      seq: 0,
      atUserList: null,
      faceURL: "https://cdn.example.com/avatars/alice.png",
      ex: "",
      recvID: "5118930138",
    });
  });
}
