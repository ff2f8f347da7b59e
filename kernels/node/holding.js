/** What keeps a program going that Parley did not start: only what it waits for, and not that it could be called. */

/**
 * A map that tells when it is empty and when it is no more.
 * @template K, V
 * @extends {Map<K, V>}
 */
export class Holding extends Map {
  #tell;

  /** @param {(holds: boolean) => void} tell */
  constructor(tell) {
    super();
    this.#tell = tell;
  }

  /**
   * @param {K} key
   * @param {V} value
   */
  set(key, value) {
    if (this.size === 0) this.#tell(true);
    return super.set(key, value);
  }

  /** @param {K} key */
  delete(key) {
    const was = super.delete(key);
    if (was && this.size === 0) this.#tell(false);
    return was;
  }
}
