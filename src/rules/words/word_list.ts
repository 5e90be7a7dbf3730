import { OptionError, type RuleFiles } from "../../chain/rule.ts";
import { foldText } from "./text_folding.ts";
import { WordMatcher } from "./word_matcher.ts";
import { messageOf } from "../../values/thrown.ts";

/** Where a rule's words come from. */
export interface WordSources {
  readonly words: readonly string[];
  /** Paths of files with one word per line; empty lines and lines that start with # are skipped. */
  readonly files: readonly string[];
}

/**
 * The words of a rule, from its own list and its files.
 *
 * @throws {OptionError} if a file cannot be read, or if a word is empty once it is folded.
 */
export function listedWords({ words, files }: WordSources, read: RuleFiles): readonly string[] {
  const listed = words.map((word, index) => checked(word, ["words", index]));
  for (const [index, path] of files.entries()) {
    const option = ["files", index];
    for (const [line, text] of linesOf(path, option, read).entries()) {
      const word = text.trim();
      if (word === "" || word.startsWith("#")) continue;
      listed.push(checked(word, option, ` (line ${line + 1})`));
    }
  }
  if (listed.length === 0) {
    throw new OptionError(
      ["words"],
      'there is no word to look for; name some in "words" or "files"',
    );
  }
  return listed;
}

function linesOf(path: string, option: (string | number)[], files: RuleFiles): readonly string[] {
  try {
    return files.read(path).split(/\r\n|\r|\n/);
  } catch (error) {
    throw new OptionError(option, messageOf(error));
  }
}

function checked(word: string, option: (string | number)[], place = ""): string {
  if (!word.isWellFormed()) {
    throw new OptionError(option, `a word with half a character${place}; write the whole of it`);
  }
  if (foldText(word).trim() !== "") return word;
  throw new OptionError(option, `a word of invisible characters alone${place}; leave it out`);
}

/** The matchers of each rules file, by their words. A rule is compiled once for every command. */
const matchers = new WeakMap<RuleFiles, Map<string, WordMatcher>>();

/** The matcher for a list of words, shared by all commands of a rules file. */
export function matcherOf(words: readonly string[], files: RuleFiles): WordMatcher {
  let known = matchers.get(files);
  if (known === undefined) matchers.set(files, known = new Map());
  const key = JSON.stringify(words);
  let matcher = known.get(key);
  if (matcher === undefined) known.set(key, matcher = new WordMatcher(words));
  return matcher;
}
