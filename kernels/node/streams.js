/** What a plugin prints through Node's own streams becomes messages of the frame that printed it. */

import { Buffer } from 'node:buffer';
import process from 'node:process';
import { Writable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { here } from './frame.js';

const { nextTick } = process;

/**
 * Stands for `process.stdout` or `process.stderr`. Nobody can close it, and it keeps no state of its own: SIGINT may end a
 * handler that is just printing.
 */
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
   * @param {any} chunk
   * @param {...any} rest the encoding, and what to call when it is written
   */
  write(chunk, ...rest) {
    if (typeof chunk !== 'string') chunk = this.#decoder.write(Buffer.from(chunk));
    else if (rest[0] === 'hex' || rest[0] === 'base64') chunk = Buffer.from(chunk, rest[0]).toString();
    if (chunk !== '') here().print(this.#name, chunk);
    const done = rest.find((one) => typeof one === 'function');
    if (done) nextTick(done);
    return true;
  }

  /**
   * Writes the last chunk, and stays open: what closes its output does not close that of other frames.
   * @param {...any} rest
   */
  end(...rest) {
    if (rest[0] !== undefined && rest[0] !== null && typeof rest[0] !== 'function') this.write(rest[0], rest[1]);
    const done = rest.find((one) => typeof one === 'function');
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
