/** Patterns that a backtracking engine needs ages for, against the clock. */
import { assertEquals, assertLess } from "@std/assert";
import { CostError } from "../../src/expressions/work.ts";
import { Pattern } from "../../src/expressions/pattern.ts";
import { cpuTimeOf } from "../support/cpu_time.ts";
import { valueOf } from "../expressions/scope_builder.ts";

const matches = (text: string, pattern: string) =>
  valueOf(`sendID.matches(r'''${pattern}''')`, { request: { sendID: text } });

const mebibyte = 1024 * 1024;

const catastrophic: readonly string[] = [
  // repeats of repeats
  ...["(a+)+$", "(a*)*$", "(a+)*$", "(a*)+$", "((a+)+)+$", "(a+){2,}$", "(?:a+)+b", "^(a+)+$"],
  ...["([a-z]+)+$", "([a-zA-Z]+)*$", "(\\w+)+$", "(\\w*)*$", "(.+)+$z", "(.*)*$z", "(\\pL+)+$"],
  ...["(x+x+)+y", "(a+a+)+b", "(a*a*)*b", "(.*.*)*b", "a*a*a*a*a*a*b", ".*.*.*.*b$", "(a?a+)+b"],
  ...["^(\\w+\\s?)*$", "^(\\w+\\s*)+$", "^(\\s*\\w+\\s*)+$", "(\\w+\\d*)+!", "^((a)+)+!$"],
  ...["([a-z]+)*=", "([^=]+)*=", "(?:[^,]*,?)*;", "(a+b?)+c", "(a+b*)+c", "(a*b?)*c$"],
  // alternatives that overlap
  ...["(a|a)*b", "(a|aa)+$", "(a|a?)+$", "(a|b|ab)*c", "(a|ab|b)*c", "(\\w|\\d)*!", "(.|a)*b$"],
  ...["(a|[a-z])*!", "(aa|aaa)+b", "(a|a|a|a)+b", "^(a|b|a*)*c$", "(?:x|xx|xxx)*y", "(ab|aba)*c"],
  ...["(\\d|\\d\\d)+x", "(\\d+|\\d+\\.)*x", "(?i)(a|A)*b", "([ab]|[bc])*d", "(\\s|\\S)*\\z!"],
  // what validators look like
  ...["^([a-z0-9]+[.-]?)+[.](com|net|cn)$", "^([a-zA-Z0-9])(([\\-.]|[_]+)?([a-zA-Z0-9]+))*(@){1}$"],
  ...[
    "^(([a-z])+.)+[A-Z]([a-z])+$",
    "^([0-9]+)*,$",
    "^(\\d+)*\\.$",
    "^(-?\\d+)*-$",
    "(\\.?\\w+)*@",
  ],
  ...[
    "^(https?://)?([\\w-]+\\.?)+/$",
    "([\\w.-]+)+@([\\w-]+)+\\.",
    "^(?:\\w+\\.?)+@$",
    "<(\\w+\\s*)+>",
  ],
  ...[
    "^([\\w]+[.]?)*\\.(cn|com)$",
    '"([^"\\\\]|\\\\.)*"!',
    "^(\\[?\\w+\\]?)*:$",
    "(\\(*\\w+\\)*)*;",
  ],
  ...["^((\\d{1,3}\\.?)+)$!", "^(?:\\+?\\d+[ -]?)+x$", "(\\$\\w+\\s*)*=$", "^(\\w+,?\\s?)*!$"],
  ...[
    "(?:(?:a+)?b?)+c",
    "(?:\\w+[-_])*\\w+!$",
    "^(?:[^<]|<[^!])*<!$",
    "(?:/\\w*)*\\?$",
    "(\\w+/)*x!",
  ],
  // blanks
  ...[
    "\\s+$",
    "^\\s*\\S+\\s*!$",
    "(\\s+\\s+)+x",
    "\\s*\\s*\\s*x",
    "( +)+x",
    "(\\t| )*x",
    "^( *,? *)*;$",
  ],
  // more of each
  ...[
    "(a+|b+)*c",
    "((ab)+)+c",
    "(a|b+)+c$",
    "([^b]+)+b!",
    "(0|1|01)*2",
    "(\\W*\\w*)*\\x01!",
    "(a.?)+!$",
  ],
  ...["(?:(a)|(a))+b", "^(?:.*?,)+!", "(=+)+;", "(?s)(.+)+!!$", "(?m)^(\\w+)+$!", "((\\d+)-?)*\\/"],
  // counted
  ...[
    "(a{1,5}){1,5}b",
    "(a{0,9})*b",
    "(a?){20}a{20}!",
    "([a-c]{1,3})+d",
    "(.*a){12}!",
    "(a{2,3})*b",
  ],
  ...["(?:a{1,3}){3}$", "(\\w{1,3}\\d?)+!", "([ab]{2}){2,4}c", "a[ab]{10}c", "(a|b)*a(a|b){8}c"],
];

/** One unit over and over, between an ending that a pattern asks for and one that no pattern does. */
const texts: readonly string[] = ["a", "ab", "a ", "1", " ", "赌"].map((unit) =>
  `!=;@c b${unit.repeat(mebibyte / unit.length)}\u0001`
);

Deno.test("the engine takes a hundred catastrophic patterns through 1 MiB within 100 ms each", () => {
  assertEquals(new Set(catastrophic).size, catastrophic.length);
  assertLess(99, catastrophic.length);
  for (const source of catastrophic) {
    const pattern = new Pattern(source);
    for (const text of texts.slice(0, 2)) {
      assertLess(shortestOf(() => pattern.isIn(text)), 100, source);
    }
  }
});

Deno.test("a catastrophic pattern on 1 MiB has its answer or its error within 50 ms", () => {
  for (const pattern of catastrophic) {
    for (const text of texts) {
      assertLess(shortestOf(() => matchesOrCosts(text, pattern)), 50, pattern);
    }
  }
});

Deno.test("a catastrophic pattern has an answer for every text that OpenIM takes", () => {
  for (const pattern of catastrophic) {
    for (const text of texts) {
      // 4096 bytes is OpenIM's own bound
      const message = text.slice(0, 4096);
      assertLess(shortestOf(() => matches(message, pattern)), 50, pattern);
    }
  }
});

function matchesOrCosts(text: string, pattern: string): void {
  try {
    matches(text, pattern);
  } catch (error) {
    if (!(error instanceof CostError)) throw error;
  }
}

/** How long it takes, milliseconds: the shortest of some times, since the machine may be busy. */
function shortestOf(run: () => void): number {
  let shortest = Infinity;
  for (let time = 0; time < 5 && shortest >= 20; time++) {
    shortest = Math.min(shortest, cpuTimeOf(run));
  }
  return shortest;
}
