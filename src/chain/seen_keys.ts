/** Which keys have been there lately, as the chain needs it; `stores/` has what satisfies this. */
export interface SeenKeys {
  /**
   * Whether a key comes again within `within` milliseconds of its first time. A repeat does not
   * prolong that time: the first use of the key after it is a first time again.
   *
   * @param now the time in milliseconds; rules give the elapsed one, which only ever grows.
   */
  repeats(key: string, within: number, now: number): boolean;
}
