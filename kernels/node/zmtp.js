/** The part of ZMTP 3.0 that a kernel needs, as bytes: greeting, commands, messages. See specs/zmtp.md. */

import { Buffer } from 'node:buffer';

const MORE = 1;
const LONG = 2;
const COMMAND = 4;
const GREETING_SIZE = 64;
const FIRST_SIZE = 65536;

/** What a peer sent that is not ZMTP 3 as we speak it. The connection cannot go on after it. */
export class ProtocolError extends Error {
  name = 'ProtocolError';
}

/** The 64 bytes that each side sends first. */
export const greeting = Buffer.alloc(GREETING_SIZE);
greeting[0] = 0xff;
greeting[9] = 0x7f;
greeting[10] = 3;
greeting.write('NULL', 12, 'latin1');

/**
 * Refuses a greeting of anything but ZMTP 3 with the NULL mechanism.
 * @param {Buffer} bytes
 */
export function checkGreeting(bytes) {
  if (bytes[0] !== 0xff || bytes[9] !== 0x7f) throw new ProtocolError('the peer does not speak ZMTP');
  if (bytes[10] < 3) throw new ProtocolError(`the peer speaks ZMTP ${bytes[10]}, not 3`);
  const mechanism = bytes.toString('latin1', 12, 32).replace(/\0+$/, '');
  if (mechanism !== 'NULL') throw new ProtocolError(`the peer wants the mechanism ${mechanism}, not NULL`);
}

/**
 * One command, such as READY, with its body.
 * @param {string} name
 * @param {Buffer} body
 */
export function encodeCommand(name, body) {
  const size = 1 + name.length + body.length;
  const head = size > 255 ? Buffer.alloc(9) : Buffer.of(COMMAND, size);
  if (size > 255) {
    head[0] = COMMAND | LONG;
    head.writeUInt32BE(size, 5);
  }
  return Buffer.concat([head, Buffer.of(name.length), Buffer.from(name, 'latin1'), body]);
}

/**
 * The READY command with its properties.
 * @param {Record<string, string>} properties
 */
export function encodeReady(properties) {
  const parts = [];
  for (const [name, value] of Object.entries(properties)) {
    const size = Buffer.alloc(4);
    size.writeUInt32BE(Buffer.byteLength(value));
    parts.push(Buffer.of(name.length), Buffer.from(name, 'latin1'), size, Buffer.from(value));
  }
  return encodeCommand('READY', Buffer.concat(parts));
}

/**
 * A growing buffer: the messages of one turn of the loop become one write. SIGINT may end a handler in the middle of
 * anything it calls, so a message counts only when all of it is there.
 */
export class Output {
  #bytes = Buffer.allocUnsafeSlow(FIRST_SIZE);
  #size = 0;

  /** How many bytes wait. */
  get size() {
    return this.#size;
  }

  /** What waits, until something is added. */
  get bytes() {
    return this.#bytes.subarray(0, this.#size);
  }

  /**
   * Adds the wire form of one message. Text is sent as UTF-8.
   * @param {(string | Uint8Array)[]} frames
   */
  message(frames) {
    const last = frames.length - 1;
    let at = this.#size;
    for (let i = 0; i <= last; i++) at = this.#frame(frames[i], i < last ? MORE : 0, at);
    this.#size = at;
  }

  /** @param {Uint8Array} bytes */
  raw(bytes) {
    this.#reserve(this.#size, bytes.length);
    this.#bytes.set(bytes, this.#size);
    this.#size += bytes.length;
  }

  /** Forgets what waits: it has been written. */
  clear() {
    this.#size = 0;
    if (this.#bytes.length > 16 * FIRST_SIZE) this.#bytes = Buffer.allocUnsafeSlow(FIRST_SIZE);
  }

  /**
   * @param {string | Uint8Array} body
   * @param {number} flags
   * @param {number} at
   * @returns {number} where the next one goes
   */
  #frame(body, flags, at) {
    const text = typeof body === 'string';
    const size = text ? Buffer.byteLength(body) : body.length;
    this.#reserve(at, size + 9);
    const bytes = this.#bytes;
    if (size > 255) {
      bytes[at] = flags | LONG;
      bytes.writeUInt32BE(Math.floor(size / 2 ** 32), at + 1);
      bytes.writeUInt32BE(size >>> 0, at + 5);
      at += 9;
    } else {
      bytes[at] = flags;
      bytes[at + 1] = size;
      at += 2;
    }
    if (text) bytes.write(body, at);
    else bytes.set(body, at);
    return at + size;
  }

  /**
   * @param {number} at
   * @param {number} more
   */
  #reserve(at, more) {
    if (at + more <= this.#bytes.length) return;
    const bytes = Buffer.allocUnsafeSlow(Math.max(at + more, this.#bytes.length * 2));
    this.#bytes.copy(bytes, 0, 0, at);
    this.#bytes = bytes;
  }
}

/** Turns bytes, cut anywhere, into the greeting, commands and messages. */
export class Decoder {
  #limit;
  #command;
  #greeted = false;
  /** @type {Buffer[]} */
  #held = [];
  #heldSize = 0;
  #need = GREETING_SIZE;
  /** @type {Buffer[]} */
  #frames = [];
  #total = 0;

  /**
   * @param {number} limit no message may be longer than this
   * @param {(name: string, body: Buffer) => void} command called with each command
   */
  constructor(limit, command) {
    this.#limit = limit;
    this.#command = command;
  }

  /**
   * Takes bytes and returns the messages that they complete, each a list of frames. The frames may be views of
   * `bytes`: they are good until the caller reuses them.
   * @param {Buffer} bytes
   * @returns {Buffer[][]}
   */
  push(bytes) {
    if (this.#heldSize > 0 || this.#need > bytes.length) {
      this.#held.push(Buffer.from(bytes));
      this.#heldSize += bytes.length;
      if (this.#heldSize < this.#need) return [];
      bytes = Buffer.concat(this.#held, this.#heldSize);
      this.#held = [];
      this.#heldSize = 0;
    }
    let at = 0;
    if (!this.#greeted) {
      checkGreeting(bytes);
      this.#greeted = true;
      at = GREETING_SIZE;
    }
    return this.#parse(bytes, at);
  }

  /**
   * @param {Buffer} bytes
   * @param {number} at
   */
  #parse(bytes, at) {
    const messages = [];
    const end = bytes.length;
    let owned = this.#frames.length;
    for (;;) {
      const flags = bytes[at];
      const head = flags & LONG ? 9 : 2;
      if (end - at < head) {
        this.#need = end > at ? head : 2;
        break;
      }
      const size = head === 2 ? bytes[at + 1] : bytes.readUInt32BE(at + 1) * 2 ** 32 + bytes.readUInt32BE(at + 5);
      if (this.#total + size > this.#limit) throw new ProtocolError(`a message of more than ${this.#limit} bytes`);
      if (end - at < head + size) {
        this.#need = head + size;
        break;
      }
      const body = bytes.subarray(at + head, at + head + size);
      at += head + size;
      if (flags & COMMAND) {
        const name = 1 + body[0];
        this.#command(body.toString('latin1', 1, name), body.subarray(name));
        continue;
      }
      this.#frames.push(body);
      this.#total += size;
      if (flags & MORE) continue;
      messages.push(this.#frames);
      this.#frames = [];
      this.#total = 0;
      owned = 0;
    }
    // What is left must outlive the caller's buffer.
    for (; owned < this.#frames.length; owned++) this.#frames[owned] = Buffer.from(this.#frames[owned]);
    if (at < end) {
      this.#held.push(Buffer.from(bytes.subarray(at)));
      this.#heldSize = end - at;
    }
    return messages;
  }
}
