/** Numbers from 0 to 1 that are the same in every run. */
export function repeatable(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const syllables =
  ("ba be bi bo ca ce co cu da de di do fa fe fi fo ga ge go ha he hi ho ja jo ka ke " +
    "ki la le li lo lu ma me mi mo mu na ne ni no nu pa pe pi po ra re ri ro ru sa se si so su ta te " +
    "ti to tu va ve vi wa we wi ya yo za ing ter ion ent ed er st an on").split(" ");

/** More than the letters of the longest word: five syllables of up to three. */
const longest = 15;

/** Texts to measure a word list with: made-up words of common syllables, and Chinese characters. */
export class WordTexts {
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
  }

  /** A list of different words, half Latin (6 to 15 letters), half Chinese (2 to 4 characters). */
  list(size: number): readonly string[] {
    const words = new Set<string>();
    while (words.size < size) {
      words.add(words.size % 2 === 0 ? this.#latin(3, 5) : this.#chinese(2, 4));
    }
    return [...words];
  }

  /** A text of 20 to 200 characters, of the syllables and characters of a list, without its words. */
  message(list: ReadonlySet<string>): string {
    const length = 20 + Math.floor(this.#random() * 181);
    const latin = this.#random() < 0.5;
    let text = "";
    while (text.length < length) {
      const longer = text + (latin ? `${this.#latin(1, 3)} ` : `${this.#chinese(1, 6)}，`);
      if (!endsWithWord(longer, text.length, list)) text = longer;
    }
    return text.slice(0, length);
  }

  #latin(least: number, most: number): string {
    let word = "";
    const parts = least + Math.floor(this.#random() * (most - least + 1));
    for (let part = 0; part < parts; part++) {
      word += syllables[Math.floor(this.#random() * syllables.length)];
    }
    return word;
  }

  /** Characters of which few are frequent and most are rare, as in writing. */
  #chinese(least: number, most: number): string {
    let text = "";
    const characters = least + Math.floor(this.#random() * (most - least + 1));
    for (let character = 0; character < characters; character++) {
      text += String.fromCharCode(0x4e00 + Math.floor(3000 * this.#random() ** 3));
    }
    return text;
  }
}

/** Whether a word of the list ends after `from`. */
function endsWithWord(text: string, from: number, list: ReadonlySet<string>): boolean {
  for (let end = from + 1; end <= text.length; end++) {
    for (let start = Math.max(0, end - longest); start < end; start++) {
      if (list.has(text.slice(start, end))) return true;
    }
  }
  return false;
}
