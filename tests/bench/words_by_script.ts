/**
 * What looking for 10,000 words takes by the script that a message is written in: the texts of 125
 * characters hold none of them. The fastest of many rounds, in one process, without a chain.
 *
 * @module
 */
import { messageTexts } from "../../src/openim/message_text.ts";
import { WordMatcher } from "../../src/rules/words/word_matcher.ts";
import { repeatable, WordTexts } from "./word_texts.ts";

const rounds = Number(Deno.env.get("BENCH_ROUNDS") ?? 41) * 10;
const perRound = 200;
const length = 125;

const texts = {
  "English": "The quick brown fox jumps over the lazy dog; ",
  "Chinese": "今天天气很好，我们去公园吧。",
  "English with typographic quotes": "don’t worry — it’s “fine”… ",
  "English with emoji": "so good 😀 see you ❤️ ",
  "English with line breaks": "The quick brown fox\njumps over the lazy dog; ",
  "Russian": "Съешь ещё этих мягких французских булок, да ",
  "Japanese": "ガード下で食べたラーメンがとても美味しかったです。",
  "German": "Die Straße wäre schön, für alle Gäste üblich. ",
  "Hindi": "आज मौसम बहुत अच्छा है, चलो पार्क चलते हैं। ",
  "Thai": "วันนี้อากาศดีมาก เราไปเดินเล่นที่สวนกันเถอะ ",
  "Arabic with vowel marks": "السَّلامُ عَلَيْكُمْ يا أَصْدِقاءَ ",
  "Korean": "안녕하세요 오늘 날씨가 정말 좋네요 그렇죠 ",
  "Vietnamese": "Tiếng Việt có rất nhiều dấu thanh và chữ cái đặc biệt ",
};

const matcher = new WordMatcher(new WordTexts(repeatable(7)).list(10_000));

/** As the rule does. */
function holdsWord(content: string): boolean {
  return messageTexts(content).some((text) => matcher.matches(text));
}

/** Microseconds a message. */
function fastest(content: string): number {
  let best = Infinity;
  for (let round = 0; round < rounds; round++) {
    const began = performance.now();
    for (let message = 0; message < perRound; message++) {
      if (holdsWord(content)) throw new Error("the text holds a listed word");
    }
    best = Math.min(best, (performance.now() - began) * 1000 / perRound);
  }
  return best;
}

const lines = Object.entries(texts).map(([script, text]) => {
  const content = JSON.stringify({ content: text.repeat(length).slice(0, length) });
  return `${script.padEnd(32)} ${fastest(content).toFixed(2)} µs`;
});
Deno.stdout.writeSync(new TextEncoder().encode(`\n${lines.join("\n")}\n`));
