/** What a plugin prints through Node's own streams becomes messages of the frame that printed it. */

import { Buffer } from 'node:buffer';
import process from 'node:process';
import { Writable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { here } from './frame.js';

const { nextTick } = process;

/** Stands for `process.stdout` or `process.stderr`. Nobody can close it. */
class Printed extends Writable {
  #name;
  #decoder = new StringDecoder();

  /**
   * @param {string} name
   * @param {number} fd
   */
  constructor(name, fd) {
    super({ decodeStrings: false });
    this.#name = name;
    this.fd = fd;
    this._type = 'pipe';
  }

  /**
   * @param {string | Buffer} chunk
   * @param {BufferEncoding} encoding
   * @param {() => void} done
   */
  _write(chunk, encoding, done) {
    if (typeof chunk !== 'string') chunk = this.#decoder.write(chunk);
    else if (encoding === 'hex' || encoding === 'base64') chunk = Buffer.from(chunk, encoding).toString();
    if (chunk !== '') here().print(this.#name, chunk);
    done();
  }

  /**
   * Writes the last chunk, and stays open: what closes its output does not close that of other frames.
   * @param {...any} rest
   */
  end(...rest) {
    const done = rest.find((one) => typeof one === 'function');
    if (rest[0] !== undefined && typeof rest[0] !== 'function') this.write(rest[0], rest[1]);
    if (done) nextTick(done);
    return this;
  }

  destroy() {
    return this;
  }
}

/** Puts our streams in the place of Node's, which are never made: console looks for them at its first use. */
export function capture() {
  for (const [name, fd] of /** @type {[string, number][]} */ ([['stdout', 1], ['stderr', 2]])) {
    const stream = new Printed(name, fd);
    Object.defineProperty(process, name, { configurable: true, enumerable: true, get: () => stream });
  }
}
