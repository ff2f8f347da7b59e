/**
 * HMAC-SHA256, keyed once. Node's own Hmac makes an object for each signature, which in some versions costs ten times as
 * much as the hashing; where there is `crypto.hash` (Node 20.12 and later), two plain hashes do.
 */

import { Buffer } from 'node:buffer';
import * as crypto from 'node:crypto';

const BLOCK = 64;
const LONGEST = 65536;
/** @type {((algorithm: string, data: Uint8Array, encoding: string) => string) | undefined} */
const hash = /** @type {any} */ (crypto).hash;
// One for all keys: a signature is made in one go.
const scratch = Buffer.allocUnsafeSlow(BLOCK + LONGEST);

export class Signer {
  #key;
  #inner = Buffer.alloc(BLOCK);
  #outer = Buffer.alloc(BLOCK + 32);

  /** @param {string | Buffer} key */
  constructor(key) {
    this.#key = Buffer.from(/** @type {string} */ (key));
    const block = Buffer.alloc(BLOCK);
    // RFC 2104: a longer key is hashed first.
    (this.#key.length > BLOCK ? crypto.createHash('sha256').update(this.#key).digest() : this.#key).copy(block);
    for (let i = 0; i < BLOCK; i++) {
      this.#inner[i] = block[i] ^ 0x36;
      this.#outer[i] = block[i] ^ 0x5c;
    }
  }

  /**
   * The signature of some text, as UTF-8, in lower-case hex.
   * @param {string} text
   * @returns {string}
   */
  signText(text) {
    if (hash === undefined || text.length * 3 > LONGEST) {
      return crypto.createHmac('sha256', this.#key).update(text).digest('hex');
    }
    return this.#finish(scratch.write(text, BLOCK));
  }

  /**
   * The signature of bytes that stand apart.
   * @param {Buffer[]} parts
   * @returns {string}
   */
  signBytes(parts) {
    let size = 0;
    for (const part of parts) size += part.length;
    if (hash === undefined || size > LONGEST) {
      const hmac = crypto.createHmac('sha256', this.#key);
      for (const part of parts) hmac.update(part);
      return hmac.digest('hex');
    }
    size = 0;
    for (const part of parts) {
      scratch.set(part, BLOCK + size);
      size += part.length;
    }
    return this.#finish(size);
  }

  /** @param {number} size of what stands in `scratch` after the block of the key */
  #finish(size) {
    const plain = /** @type {NonNullable<typeof hash>} */ (hash);
    scratch.set(this.#inner);
    this.#outer.write(plain('sha256', scratch.subarray(0, BLOCK + size), 'latin1'), BLOCK, 'latin1');
    return plain('sha256', this.#outer, 'hex');
  }
}
