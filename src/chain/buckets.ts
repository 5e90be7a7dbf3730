/** Token buckets, as the chain needs them; `stores/` has what satisfies this. */
export interface Buckets {
  /**
   * Takes a token out of a key's bucket; false when there is none. The bucket of a key that is not
   * known is full.
   *
   * @param now the elapsed time, milliseconds of a clock that only ever grows.
   */
  take(key: string, bucket: Bucket, now: number): boolean;
}

/**
 * How large a bucket is and how it fills: `tokens` come back in every `period`, evenly. Both are
 * whole numbers without a common divisor, so that what is computed of them is exact.
 */
export interface Bucket {
  readonly tokens: number;
  /** Milliseconds. */
  readonly period: number;
  /** The tokens of a full bucket. */
  readonly burst: number;
}
