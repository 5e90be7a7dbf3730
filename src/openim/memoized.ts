import QuickLRU from "quick-lru";

/** How many texts are kept, up to twice as many: what callers send is not to fill the memory. */
const leastTexts = 256;
/** The longest text that is kept, UTF-16 units; even to look for a longer one takes memory. */
const longestText = 512;

/**
 * The same function, which remembers what it makes of texts that come again and again, such as the
 * URLs of callbacks. It has to make the same of a text each time.
 */
export function memoized<Made extends NonNullable<unknown>>(
  make: (text: string) => Made,
): (text: string) => Made {
  const made = new QuickLRU<string, Made>({ maxSize: leastTexts });
  return (text) => {
    if (text.length > longestText) return make(text);
    const known = made.get(text);
    if (known !== undefined) return known;
    const fresh = make(text);
    made.set(text, fresh);
    return fresh;
  };
}
