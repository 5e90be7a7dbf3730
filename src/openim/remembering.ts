import QuickLRU from "quick-lru";

/** What callers send is not to fill the memory: how many texts, and the longest, in UTF-16 units. */
const bounds = { texts: 256, length: 512 };

/**
 * The same function, which remembers what it makes of texts that come again and again, such as the
 * URLs of callbacks. It has to make the same of a text each time, and never undefined.
 */
export function remembering<Made extends NonNullable<unknown> | null>(
  make: (text: string) => Made,
): (text: string) => Made {
  const made = new QuickLRU<string, Made>({ maxSize: bounds.texts });
  return (text) => {
    const known = made.get(text);
    if (known !== undefined) return known;
    const fresh = make(text);
    if (text.length <= bounds.length) made.set(text, fresh);
    return fresh;
  };
}
