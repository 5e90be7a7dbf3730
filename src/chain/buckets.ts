/** Token buckets, as the chain needs them; `stores/` has what satisfies this. */
export interface Buckets {
  /**
   * Takes a token out of a key's bucket; false when there is none. The bucket of a key that is not
   * known is full.
   *
   * @param now the time, milliseconds since the epoch.
   */
  take(key: string, bucket: Bucket, now: number): boolean;
}

/** How large a bucket is and how it fills. */
export interface Bucket {
  /** The milliseconds in which a token comes back. */
  readonly interval: number;
  /** The tokens of a full bucket. */
  readonly burst: number;
}
