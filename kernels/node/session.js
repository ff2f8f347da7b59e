/**
 * The kernel's two sockets, its ids and its key: everything between a message and the wire. Knows which requests wait for
 * a reply, but not what any message means.
 */

import { Buffer } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import { Connection } from './connection.js';
import { open, seal } from './envelope.js';
import { TooLarge, Unavailable } from './errors.js';
import { Holding } from './holding.js';
import { Signer } from './signer.js';
import { encode } from './values.js';

const REMEMBERED = 1024;
// Signature, delimiter and the lengths of frames come on top of what the limit counts.
const MARGIN = 4096;

/**
 * @typedef {import('./envelope.js').Message} Message
 * @typedef {object} Waiting what is to be done with the answers to a request
 * @property {string} type of the request
 * @property {(message: Message) => void} resolve
 * @property {(error: unknown) => void} reject
 * @property {(message: Message) => void} [item] takes what comes before the reply: items and progress
 * @property {number} received items that have come
 * @property {boolean} mayStop whether a signal of the plugin's may end it
 */

export class Session {
  /** The orchestrator's limit for one message, in bytes. */
  limit;
  /** @type {Map<string, Waiting>} requests without a reply yet, by msg_id */
  waiting = new Map();
  /**
   * Why nothing is said any more, in a program that goes on without Parley.
   * @type {string | undefined}
   */
  ended;
  #signer;
  #prefix = `k-${randomBytes(6).toString('hex')}`;
  #names = `","session":"${this.#prefix}","username":"parley","date":"`;
  #count = 0;
  #second = 0;
  #date = '';
  #recent = new Set();
  #older = new Set();
  #requests;
  #events;

  /**
   * @param {Record<string, any>} file the connection file
   * @param {object} handlers
   * @param {(message: Message) => void} handlers.message called with each message on the DEALER
   * @param {(topic: string) => Signer | undefined} handlers.signer of a topic
   * @param {(message: Message, topic: string) => void} handlers.event called with each message on the SUB
   * @param {(error: Error & { header?: string, code?: string }) => void} handlers.refused called with what was no message
   * @param {(error?: Error) => void} handlers.ended called when the orchestrator is gone
   * @param {string} [suffix] what a program that attaches adds to the kernel's id; it is not kept going by the connection
   */
  constructor(file, handlers, suffix = '') {
    this.#signer = new Signer(file.key);
    this.limit = file.max_message_bytes;
    const largest = this.limit + MARGIN;
    this.#requests = new Connection(
      file.requests,
      { 'Socket-Type': 'DEALER', Identity: file.kernel_id + suffix },
      largest,
      (frames) => this.#receive(frames, this.#signer, handlers.message, handlers.refused),
      handlers.ended,
    );
    this.#events = new Connection(
      file.events,
      { 'Socket-Type': 'SUB' },
      largest,
      ([topic, ...frames]) => {
        const name = topic.toString();
        const signer = handlers.signer(name);
        if (signer) this.#receive(frames, signer, (message) => handlers.event(message, name), handlers.refused);
      },
      handlers.ended,
    );
    if (suffix !== '') this.waiting = new Holding((holds) => this.#hold(holds));
  }

  /**
   * Keeps the process going until a promise is settled, where nothing else of the connection does.
   * @template T
   * @param {Promise<T>} promise
   * @returns {Promise<T>}
   */
  async during(promise) {
    if (!(this.waiting instanceof Holding)) return promise;
    const key = `hold-${++this.#count}`;
    this.waiting.set(key, { type: 'hold', resolve() {}, reject() {}, received: 0, mayStop: false });
    try {
      return await promise;
    } finally {
      this.waiting.delete(key);
    }
  }

  /**
   * Nothing is said any more: whoever waits is told why.
   * @param {string} reason
   */
  end(reason) {
    if (this.ended !== undefined) return;
    this.ended = reason;
    for (const [id, waiting] of [...this.waiting]) {
      this.waiting.delete(id);
      waiting.reject(new Unavailable(`It is not answered: ${reason}`));
    }
    this.#requests.close();
    this.#events.close();
  }

  /** @param {boolean} wanted */
  #hold(wanted) {
    if (this.ended !== undefined) return;
    this.#requests.hold(wanted);
    this.#events.hold(wanted);
  }

  /**
   * Sends a message and returns its msg_id.
   * @param {string} type
   * @param {string} parent a header, verbatim
   * @param {string | object} metadata
   * @param {string | object} content
   * @param {Uint8Array[]} [buffers]
   * @returns {string}
   * @throws {TooLarge}
   */
  send(type, parent, metadata, content, buffers) {
    const id = `${this.#prefix}-${++this.#count}`;
    const frames = seal(
      this.#signer,
      `{"msg_id":"${id}${this.#names}${this.#now()}","msg_type":"${type}","version":"5.4"}`,
      parent,
      typeof metadata === 'string' ? metadata : encode(metadata).text,
      typeof content === 'string' ? content : encode(content).text,
      buffers,
    );
    this.#checkSize(frames);
    if (this.ended === undefined) this.#requests.send(frames);
    return id;
  }

  /**
   * Sends a request and waits for its reply, whatever its outcome.
   * @param {Parameters<Session['send']>} message
   * @param {(id: string) => void} [sent] told the request's msg_id
   * @param {(message: Message) => void} [item]
   * @returns {Promise<Message>}
   */
  request(message, sent, item) {
    return new Promise((resolve, reject) => {
      if (this.ended !== undefined) throw new Unavailable(`This program is not attached any more: ${this.ended}`);
      const id = this.send(...message);
      this.waiting.set(id, { type: message[0], resolve, reject, item, received: 0, mayStop: false });
      sent?.(id);
    });
  }

  /**
   * Hands a reply to who waits for it. A reply that nobody awaits any more is ignored.
   * @param {Message} message
   */
  settle(message) {
    const waiting = this.waiting.get(message.parentId);
    this.waiting.delete(message.parentId);
    waiting?.resolve(message);
  }

  /**
   * Hands an item of a stream to who reads it.
   * @param {Message} message
   */
  item(message) {
    const waiting = this.waiting.get(message.parentId);
    if (waiting === undefined) return;
    waiting.received++;
    waiting.item?.(message);
  }

  /** @param {string} topic */
  subscribe(topic) {
    this.#events.send([Buffer.from(`\x01${topic}`)]);
  }

  /** @param {string} topic */
  unsubscribe(topic) {
    this.#events.send([Buffer.from(`\x00${topic}`)]);
  }

  /**
   * Gives what waits to the operating system.
   * @param {() => void} written called when all of it is there
   */
  flush(written) {
    this.#requests.flush(written);
  }

  /** Gives what waits to the operating system now, and not at the end of this turn, as far as it takes it. */
  write() {
    this.#requests.write();
  }

  /** Goes on after SIGINT has ended a handler in the middle of whatever it was doing. */
  recover() {
    this.#requests.recover();
    this.#events.recover();
  }

  /**
   * @param {Buffer[]} frames
   * @param {Signer} signer
   * @param {(message: Message) => void} use
   * @param {(error: Error & { header?: string, code?: string }) => void} refused
   */
  #receive(frames, signer, use, refused) {
    try {
      const message = open(frames, signer);
      if (this.#isNew(message.id)) use(message);
    } catch (error) {
      refused(error);
    }
  }

  /**
   * Remembers the last ids: at least 1,024 of them, twice that at most.
   * @param {string} id
   */
  #isNew(id) {
    if (this.#recent.has(id) || this.#older.has(id)) return false;
    if (this.#recent.size === REMEMBERED) [this.#older, this.#recent] = [this.#recent, new Set()];
    this.#recent.add(id);
    return true;
  }

  /** @param {(string | Uint8Array)[]} frames */
  #checkSize(frames) {
    let atMost = 0;
    for (const frame of frames) atMost += typeof frame === 'string' ? frame.length * 3 : frame.length;
    if (atMost <= this.limit) return;
    let size = 0;
    for (const frame of frames) size += Buffer.byteLength(frame);
    if (size <= this.limit) return;
    throw new TooLarge(`the message has ${size} bytes; ${this.limit} are allowed`, { size, limit: this.limit });
  }

  /** The time in ISO 8601; all but the milliseconds is made once a second. */
  #now() {
    const now = Date.now();
    const rest = now % 1000;
    if (now - rest !== this.#second) {
      this.#date = new Date(now - rest).toISOString().slice(0, -4);
      this.#second = now - rest;
    }
    return `${this.#date}${rest < 10 ? '00' : rest < 100 ? '0' : ''}${rest}Z`;
  }
}
