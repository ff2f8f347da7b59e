/** A frame: one running invocation of a handler. Which one runs is known through every await. */

import { AsyncLocalStorage } from 'node:async_hooks';
import process from 'node:process';
import { Cancelled } from './errors.js';
import { encode, repaired } from './values.js';

/**
 * @typedef {import('./envelope.js').Message} Message
 * @typedef {import('./session.js').Session} Session
 * @typedef {{ plugin: string, settings: Record<string, unknown> }} PluginFacts
 */

const { nextTick } = process;
const { AbortController, performance } = globalThis;
const MOST_TEXT = 8192;
// A line leaves at once, so that it is seen even if the handler never lets go again; a flood of them is gathered.
const PAUSE = 2;
const FLOOD = 32;

/** @type {AsyncLocalStorage<Frame>} */
const storage = new AsyncLocalStorage();
/** @type {Frame | undefined} */
let root;
let lastPrint = 0;
let lines = 0;

/** The frame that runs, or the plugin's root when none does: in a timer that outlived its frame, say. */
export function here() {
  const frame = storage.getStore();
  if (frame !== undefined && !frame.ended) return frame;
  if (root !== undefined) return root;
  throw new Error('parley works inside a Parley kernel: run this file as a plugin, or `await attach()` first');
}

/** The frame in which the running code began, even when it has ended. */
export const origin = () => storage.getStore() ?? here();

/** @param {Frame | undefined} frame */
export function setRoot(frame) {
  root = frame;
}

export class Frame {
  ended = false;
  /** @type {Cancelled | undefined} */
  cancelled;
  /**
   * Set when the plugin asked to end the process, so that a handler that catches everything ends all the same.
   * @type {Error | undefined}
   */
  exit;
  /** @type {Set<string>} requests that it waits for */
  waits = new Set();
  /**
   * What the loading of a plugin has asked for and waits for; other frames do not wait.
   * @type {Promise<unknown>[] | undefined}
   */
  registrations;
  /**
   * Wakes a producer that waits for credit.
   * @type {((items: number) => void) | undefined}
   */
  credit;
  /** @type {AbortController | undefined} */
  #abort;
  /** @type {Context | undefined} */
  #context;
  #text = '';
  #textName = 'stdout';
  #textWaits = false;

  /**
   * @param {Session} session
   * @param {PluginFacts} facts
   * @param {Message} [message] that opened it; none for the root
   * @param {Record<string, any>} [metadata] what is known of it, when that did not come in the message
   */
  constructor(session, facts, message, metadata = message?.metadata ?? {}) {
    this.session = session;
    this.facts = facts;
    this.id = message?.id ?? '';
    this.header = message?.header ?? '{}';
    this.metadata = metadata;
    this.began = performance.now();
  }

  /** Node keeps the frame on each promise, and shows it with them: nobody wants to read all of it. */
  [Symbol.for('nodejs.util.inspect.custom')]() {
    return `[frame ${this.id}]`;
  }

  /** What `context()` returns in it. */
  get context() {
    this.#context ??= new Context(this);
    return this.#context;
  }

  /** Aborted when the frame is cancelled. */
  get signal() {
    if (this.#abort === undefined) {
      this.#abort = new AbortController();
      if (this.cancelled) this.#abort.abort(this.cancelled);
    }
    return this.#abort.signal;
  }

  /**
   * @template {unknown[]} A
   * @template R
   * @param {(...values: A) => R} body
   * @param {A} values
   * @returns {R}
   */
  run(body, ...values) {
    return storage.run(this, body, ...values);
  }

  /**
   * Sends a message on behalf of the frame, after what it has printed.
   * @param {string} type
   * @param {string | object} metadata
   * @param {string | object} content
   * @param {Uint8Array[]} [buffers]
   * @returns {string} the msg_id
   */
  send(type, metadata, content, buffers) {
    this.flush();
    return this.session.send(type, this.header, metadata, content, buffers);
  }

  /**
   * Sends a request on behalf of the frame and waits for the reply. Cancelling the frame rejects it.
   * @param {string} type
   * @param {string | object} metadata
   * @param {string | object} content
   * @param {Uint8Array[]} [buffers]
   * @param {{ sent?: (id: string) => void, item?: (message: Message) => void }} [listeners]
   * @returns {Promise<Message>}
   */
  async request(type, metadata, content, buffers, listeners) {
    this.check();
    this.flush();
    let id = '';
    const sent = (/** @type {string} */ given) => {
      id = given;
      this.waits.add(id);
      listeners?.sent?.(id);
    };
    try {
      return await this.session.request([type, this.header, metadata, content, buffers], sent, listeners?.item);
    } finally {
      this.waits.delete(id);
    }
  }

  /** @throws {Cancelled} */
  check() {
    if (this.cancelled) throw again(this.cancelled);
  }

  /** @param {string} reason */
  cancel(reason) {
    if (this.cancelled || this.ended) return;
    this.cancelled = new Cancelled(`the frame was cancelled: ${reason}`, { reason });
    for (const id of this.waits) {
      const waiting = this.session.waiting.get(id);
      this.session.waiting.delete(id);
      waiting?.reject(again(this.cancelled));
    }
    this.credit?.(0);
    this.#abort?.abort(this.cancelled);
  }

  /** From here on what its code does is done in the name of the plugin. */
  end() {
    this.flush();
    this.ended = true;
  }

  /**
   * Takes what the frame prints.
   * @param {string} name `stdout` or `stderr`
   * @param {string} text
   */
  print(name, text) {
    if (name !== this.#textName) this.flush();
    this.#textName = name;
    this.#text += text;
    const now = performance.now();
    lines = now - lastPrint > PAUSE ? 0 : lines + 1;
    lastPrint = now;
    if (this.#text.length >= MOST_TEXT || lines < FLOOD) {
      this.flush();
      this.session.write();
    } else if (!this.#textWaits) {
      nextTick(() => this.flush());
      this.#textWaits = true;
    }
  }

  /** Sends what it has printed. */
  flush() {
    this.#textWaits = false;
    if (this.#text === '') return;
    const text = repaired(this.#text);
    this.#text = '';
    const piece = Math.max(1024, Math.floor(this.session.limit / 8));
    for (let at = 0, end; at < text.length; at = end) {
      end = at + piece;
      // Never cut between the halves of one character.
      if (/[\ud800-\udbff]/.test(text[end - 1] ?? '')) end++;
      const content = encode({ name: this.#textName, text: text.slice(at, end) }).text;
      this.session.send('stream', this.ended ? '{}' : this.header, '{}', content);
    }
  }
}

/**
 * A fresh error for each place that a cancellation reaches, so that each has its own stack.
 * @param {Cancelled} cancelled
 */
const again = (cancelled) => new Cancelled(cancelled.message, { reason: /** @type {any} */ (cancelled).reason });

/** What a handler can know of its invocation: its second argument, and what `context()` returns. */
export class Context {
  #frame;

  /** @param {Frame} frame */
  constructor(frame) {
    this.#frame = frame;
    const { method, event, caller, emitter, depth, tenant, traceparent, event_id: id, attempt, retained } = frame.metadata;
    this.method = method ?? null;
    this.event = event ?? null;
    this.caller = caller ?? null;
    this.emitter = emitter ?? null;
    this.depth = depth ?? 0;
    this.tenant = tenant ?? null;
    this.trace = traceparent ?? null;
    this.event_id = id ?? null;
    this.attempt = attempt ?? null;
    this.retained = retained === true;
  }

  /** The name of the plugin itself. */
  get plugin() {
    return this.#frame.facts.plugin;
  }

  /** Seconds that remain; null when there is no deadline. */
  get deadline() {
    const { remaining } = this.#frame.metadata;
    return typeof remaining === 'number' ? remaining - (performance.now() - this.#frame.began) / 1000 : null;
  }

  /** Whether the frame has been cancelled. */
  get cancelled() {
    return this.#frame.cancelled !== undefined;
  }

  /** Aborted when the frame is cancelled; give it to fetch, timers and the like. */
  get signal() {
    return this.#frame.signal;
  }
}
