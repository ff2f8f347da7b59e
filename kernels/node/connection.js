/** A DEALER or a SUB over a unix stream socket. Nothing here knows about envelopes. */

import { Buffer } from 'node:buffer';
import { writeSync } from 'node:fs';
import { connect } from 'node:net';
import process from 'node:process';
import { Decoder, Output, ProtocolError, encodeCommand, encodeReady, greeting } from './zmtp.js';

const { nextTick } = process;
const READ_SIZE = 65536;

/**
 * One socket of a kernel. What is sent within one turn of the loop leaves in one write; a socket that is full keeps the
 * rest in memory and never stops the reading.
 */
export class Connection {
  #output = new Output();
  /** @type {any} */
  #socket;
  #ready = false;
  #scheduled = false;

  /**
   * @param {string} endpoint `ipc:///path`
   * @param {Record<string, string>} properties of READY: Socket-Type and Identity
   * @param {number} limit no message may be longer than this
   * @param {(frames: Buffer[]) => void} message called with each message; its frames are good for that call only
   * @param {(error?: Error) => void} ended called once, when there is no connection any more
   */
  constructor(endpoint, properties, limit, message, ended) {
    if (!endpoint.startsWith('ipc://')) throw new ProtocolError(`cannot connect to ${endpoint}: only ipc:// is spoken`);
    /** @type {Error | undefined} */
    let failure;
    const decoder = new Decoder(limit, (name, body) => this.#command(name, body));
    this.#socket = connect({
      path: endpoint.slice('ipc://'.length),
      onread: {
        // One buffer for all reads: no allocation and no stream machinery between the socket and the decoder.
        buffer: Buffer.allocUnsafeSlow(READ_SIZE),
        callback: (size, buffer) => {
          let messages;
          try {
            messages = decoder.push(/** @type {Buffer} */ (buffer).subarray(0, size));
          } catch (error) {
            this.#socket.destroy(error);
            return false;
          }
          for (const frames of messages) message(frames);
          return true;
        },
      },
    });
    this.#socket.on('error', (/** @type {Error} */ error) => (failure = error));
    this.#socket.on('close', () => ended(failure));
    this.#socket.write(Buffer.concat([greeting, encodeReady(properties)]));
  }

  /** @param {(string | Uint8Array)[]} frames */
  send(frames) {
    this.#output.message(frames);
    this.#schedule();
  }

  /**
   * Hands what waits over to Node.
   * @param {() => void} [written] called when all of it is with the operating system
   */
  flush(written) {
    this.#scheduled = false;
    // libzmq ends a connection when a message comes together with the greeting.
    if (!this.#ready) return;
    const bytes = Buffer.from(this.#output.bytes);
    this.#output.clear();
    if (bytes.length > 0 || written) this.#socket.write(bytes, written);
  }

  /**
   * Writes at once as much of what waits as the operating system takes, past Node's streams: a handler that SIGINT ends
   * in the middle of them would leave them stuck.
   */
  write() {
    const fd = this.#socket._handle?.fd;
    if (!this.#ready || this.#output.size === 0 || this.#socket.writableLength > 0 || !(fd >= 0)) return;
    const { bytes } = this.#output;
    let count = 0;
    try {
      count = writeSync(fd, bytes);
    } catch {
      // Full, or gone: the ordinary way will find out.
      return;
    }
    const rest = Buffer.from(bytes.subarray(count));
    this.#output.clear();
    if (rest.length > 0) this.#output.raw(rest);
  }

  /** Sends what waits after all, when SIGINT has ended what was about to. */
  recover() {
    this.#scheduled = false;
    this.#schedule();
  }

  #schedule() {
    if (this.#scheduled) return;
    // A tick comes after the microtasks: all replies of the handlers that ran meanwhile leave together.
    nextTick(() => this.#scheduled && this.flush());
    this.#scheduled = true;
  }

  /**
   * Whether the connection keeps the process going.
   * @param {boolean} wanted
   */
  hold(wanted) {
    if (wanted) this.#socket.ref();
    else this.#socket.unref();
  }

  /** Ends the connection; it is not told. */
  close() {
    this.#socket.removeAllListeners('close');
    this.#socket.destroy();
  }

  /**
   * @param {string} name
   * @param {Buffer} body
   */
  #command(name, body) {
    if (name === 'ERROR') throw new ProtocolError(`the peer refused: ${body.toString('latin1', 1)}`);
    if (name === 'READY') this.#ready = true;
    else if (name === 'PING') this.#output.raw(encodeCommand('PONG', body.subarray(2)));
    this.#schedule();
  }
}
