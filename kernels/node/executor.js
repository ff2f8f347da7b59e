/** Runs the plugin's code in frames, and answers for each of them with exactly one outcome. */

import { eventFailure, isDisposition } from './dispositions.js';
import { ParleyError, Refusal, TooLarge, fromObject } from './errors.js';
import { Frame } from './frame.js';
import { interruptible, located } from './interrupts.js';
import { Registration } from './registrations.js';
import { errorObject, outcomeObject } from './traces.js';
import { encode } from './values.js';
import { checkKind, encodeResult, produce } from './yields.js';

/**
 * @typedef {import('./envelope.js').Message} Message
 * @typedef {import('./session.js').Session} Session
 * @typedef {import('./frame.js').PluginFacts} PluginFacts
 * @typedef {{ text: string, buffers?: Uint8Array[], paths?: (string | number)[][] }} Content
 */

/** @type {Content} */
const NOTHING = { text: '{}' };
// The content of a batch holds a list of payloads: so many levels more than one.
const AROUND_ITEMS = 2;

export class Executor {
  /** @type {Map<string, Frame>} the frames that run, by the msg_id that opened them */
  frames = new Map();
  /** @type {Map<string, Function>} */
  methods = new Map();
  /** @type {Function[]} */
  starting = [];
  /** @type {Function[]} */
  stopping = [];

  /**
   * @param {Session} session
   * @param {PluginFacts} facts
   */
  constructor(session, facts) {
    this.session = session;
    this.facts = facts;
  }

  /**
   * @param {Frame} frame
   * @param {string} method
   * @param {Function} handler
   * @returns {Registration}
   */
  provide(frame, method, handler) {
    if (this.methods.has(method)) throw new Error(`${method} is provided already`);
    this.methods.set(method, handler);
    const ask = async () => {
      const reply = await frame.request('provide', '{}', { method });
      if (reply.ok) return;
      this.methods.delete(method);
      throw fromObject(reply.metadata.outcome, reply.content());
    };
    return new Registration(frame, ask, () => {
      if (!this.methods.delete(method)) return;
      // A program that has left meanwhile has nothing to take back any more.
      this.session.request(['withdraw', frame.ended ? '{}' : frame.header, '{}', { method }]).catch(() => {});
    });
  }

  /**
   * A call for one of the plugin's methods.
   * @param {Message} message
   */
  call(message) {
    const { method } = message.metadata;
    const handler = this.methods.get(method);
    if (!handler) {
      const object = { message: `this plugin does not provide ${method}`, nearest: [...this.methods.keys()] };
      this.session.send('call_reply', message.header, { outcome: 'no_provider' }, object);
      return;
    }
    const params = message.content();
    this.run(message, 'call_reply', (frame) => this.#invoke(frame, handler, params));
  }

  /**
   * @param {Frame} frame
   * @param {Function} handler
   * @param {unknown} params
   * @returns {Promise<Content>}
   */
  async #invoke(frame, handler, params) {
    const { stream = false, method } = frame.metadata;
    let result = interruptible(handler, params, frame.context);
    if (typeof result?.then === 'function') result = await result;
    await (stream || typeof result === 'object' ? checkKind(result, stream, method) : undefined);
    if (stream) {
      await produce(frame, result).catch((error) => {
        throw located(error, handler);
      });
      result = null;
    }
    const { text, buffers, paths } = encodeResult(result);
    return { text: `{"value":${text}}`, buffers, paths };
  }

  /**
   * An event: one frame for the whole plugin, its handlers one after the other.
   * @param {Message} message
   * @param {Record<string, any>} metadata
   * @param {Function[]} handlers
   */
  event(message, metadata, handlers) {
    const body = async (/** @type {Frame} */ frame) => {
      const errors = [];
      for (const handler of handlers) {
        frame.check();
        try {
          await interruptible(handler, payload(message), frame.context);
        } catch (error) {
          // What a cancelled handler says of the event counts all the same.
          if (frame.cancelled && !isDisposition(error)) throw error;
          errors.push(error);
          if (frame.cancelled) break;
        }
      }
      if (errors.length > 0) throw eventFailure(errors);
      return { text: `{"handlers":${handlers.length}}` };
    };
    this.run(message, 'event_reply', body, metadata);
  }

  /**
   * Runs the plugin's file; its registrations are confirmed when the reply leaves.
   * @param {Message} message
   * @param {() => Promise<unknown>} load
   */
  async load(message, load) {
    await this.run(message, 'load_plugin_reply', async (frame) => {
      frame.registrations = [];
      await load();
      while (frame.registrations.length > 0) await frame.registrations.shift();
      frame.registrations = undefined;
      return NOTHING;
    });
  }

  /**
   * Runs handlers of the plugin's own life one after the other.
   * @param {Message} message
   * @param {string} type of the reply
   * @param {Function[]} handlers
   * @param {Content} [content]
   */
  async life(message, type, handlers, content = NOTHING) {
    await this.run(message, type, async () => {
      let failure;
      for (const handler of handlers) {
        try {
          await interruptible(handler);
        } catch (error) {
          failure ??= { error };
        }
      }
      if (failure) throw failure.error;
      return content;
    });
  }

  /**
   * Opens a frame, runs the body in it, and replies with what came of it.
   * @param {Message} message
   * @param {string} type of the reply
   * @param {(frame: Frame) => Promise<Content>} body
   * @param {Record<string, any>} [metadata]
   */
  async run(message, type, body, metadata) {
    const frame = new Frame(this.session, this.facts, message, metadata);
    this.frames.set(frame.id, frame);
    let outcome = 'ok';
    let facts;
    let content;
    try {
      content = await frame.run(body, frame);
      if (frame.exit) throw frame.exit;
    } catch (error) {
      const failed = failure(frame, error);
      outcome = failed.outcome;
      facts = failed.metadata;
      content = { text: encodeError(failed.object) };
    }
    frame.end();
    this.frames.delete(frame.id);
    this.#reply(type, frame, outcome, content, facts);
  }

  /**
   * @param {string} type
   * @param {Frame} frame
   * @param {string} outcome
   * @param {Content} content
   * @param {Record<string, unknown>} [facts] what else the metadata has
   */
  #reply(type, frame, outcome, { text, buffers, paths }, facts) {
    if (paths && paths.length > 0) facts = { ...facts, buffer_paths: paths };
    const metadata = facts ? { outcome, ...facts } : `{"outcome":"${outcome}"}`;
    try {
      this.session.send(type, frame.header, metadata, text, buffers);
    } catch (error) {
      if (!(error instanceof TooLarge)) throw error;
      this.session.send(type, frame.header, { ...facts, outcome: error.code, buffer_paths: undefined }, outcomeObject(error));
    }
  }
}

/**
 * What a handler of an event gets: one payload, or the list of those that were gathered for it.
 * @param {Message} message
 */
const payload = (message) => (message.metadata.batch === true ? message.content(AROUND_ITEMS).items : message.content());

/**
 * What a frame ended in when its body threw.
 * @param {Frame} frame
 * @param {unknown} error
 * @returns {{ outcome: string, object: Record<string, unknown>, metadata?: Record<string, unknown> }}
 */
export function failure(frame, error) {
  if (frame.exit) return { outcome: 'handler_error', object: errorObject(frame.exit) };
  if (frame.cancelled && isCancellation(error)) {
    return { outcome: 'cancelled', object: outcomeObject(frame.cancelled) };
  }
  if (error instanceof Refusal) return error;
  return { outcome: 'handler_error', object: errorObject(error) };
}

/**
 * An error object as JSON; a plugin may have put anything into an error that it passes on.
 * @param {Record<string, unknown>} object
 */
function encodeError(object) {
  try {
    return encode(object).text;
  } catch (error) {
    return encode({ message: `the handler raised an error that cannot be sent: ${error.message}`, ename: 'Error' }).text;
  }
}

/**
 * Whether an error is what a cancelled frame ends with: ours, or the AbortError of what its signal was given to.
 * @param {any} error
 */
function isCancellation(error) {
  return (error instanceof ParleyError && error.code === 'cancelled') || error?.name === 'AbortError';
}
