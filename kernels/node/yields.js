/** Sequences that one handler yields and another reads, item by item, by credit. */

import { Interrupted, ParleyError, Refusal } from './errors.js';
import { interruptible } from './interrupts.js';
import { outcomeObject } from './traces.js';
import { encode } from './values.js';

/**
 * @typedef {import('./frame.js').Frame} Frame
 * @typedef {import('./envelope.js').Message} Message
 */

export const WINDOW = 64;

/**
 * Whether a handler returned something to be read item by item: an async iterable, or a generator.
 * @param {any} result
 */
export function isSequence(result) {
  if (typeof result !== 'object' || result === null) return false;
  return typeof result[Symbol.asyncIterator] === 'function'
    || (typeof result[Symbol.iterator] === 'function' && typeof result.next === 'function');
}

/**
 * Sends the items of a sequence, no more than the reader has asked for. Ends with the sequence, or with the error that it
 * raised; its `finally` blocks have run by then.
 * @param {Frame} frame
 * @param {any} sequence
 */
export async function produce(frame, sequence) {
  const iterator = sequence[Symbol.asyncIterator]?.() ?? sequence[Symbol.iterator]();
  const next = () => iterator.next();
  let stuck = false;
  let { credit = WINDOW } = frame.metadata;
  let number = 0;
  /** @type {(() => void) | undefined} */
  let wake;
  frame.credit = (more) => {
    credit += more;
    wake?.();
  };
  try {
    for (;;) {
      frame.check();
      const step = await interruptible(next);
      if (typeof step !== 'object' || step === null) throw new TypeError('the result of an iterator is not an object');
      if (step.done) return;
      while (credit <= 0) {
        frame.check();
        frame.send('credit_wait', '{}', '{}');
        await new Promise((/** @type {(nothing: void) => void} */ resolve) => (wake = resolve));
      }
      frame.check();
      credit--;
      sendItem(frame, await step.value, number++);
    }
  } catch (error) {
    // A generator that was interrupted counts as running for ever: nobody can close it.
    stuck = error instanceof Interrupted;
    throw error;
  } finally {
    frame.credit = undefined;
    if (!stuck) await iterator.return?.();
  }
}

/**
 * @param {Frame} frame
 * @param {unknown} value
 * @param {number} sequence
 */
function sendItem(frame, value, sequence) {
  const { text, buffers, paths } = encodeResult(value);
  const metadata = buffers.length > 0 ? { sequence, buffer_paths: paths } : `{"sequence":${sequence}}`;
  frame.send('yield_item', metadata, `{"value":${text}}`, buffers);
}

/**
 * What a handler returned or yielded, as JSON.
 * @param {unknown} value
 * @throws {Refusal}
 */
export function encodeResult(value) {
  try {
    return encode(value ?? null, ['value']);
  } catch (error) {
    throw error instanceof ParleyError ? new Refusal(error.code, outcomeObject(error)) : error;
  }
}

/**
 * Checks that a handler returned what its caller asked for, and closes what nobody will read.
 * @param {any} result
 * @param {boolean} wanted whether a sequence was asked for
 * @param {string} method
 * @throws {Refusal}
 */
export async function checkKind(result, wanted, method) {
  if (wanted === isSequence(result)) return;
  if (wanted) {
    const message = `${method} does not yield: call it with call()`;
    throw new Refusal('invalid_reply', { message, pointer: '', expected: 'a sequence', got: typeof result });
  }
  await result.return?.();
  const message = `${method} yields a stream: read it with stream()`;
  throw new Refusal('invalid_reply', { message, pointer: '', expected: 'a value', got: 'a sequence' });
}

/**
 * The items of a call that was made with `stream`, as the plugin reads them.
 * @param {Frame} frame that reads
 * @param {[object, string, Uint8Array[]]} request metadata, content and buffers of the call_request
 * @param {number} window
 * @param {object} call
 * @param {(id: string) => void} call.begin told the msg_id once it is sent
 * @param {(reply: Message) => void} call.check throws when the reply is not ok
 * @param {(id: string, reason: string) => void} call.cancel gives it up
 * @returns {AsyncGenerator<unknown, void, void>}
 */
export async function* consume(frame, [metadata, content, buffers], window, call) {
  /** @type {Message[]} */
  const items = [];
  /** @type {Message | undefined} */
  let reply;
  /** @type {{ error: unknown } | undefined} */
  let failure;
  /** @type {(() => void) | undefined} */
  let wake;
  let id = '';
  let taken = 0;
  const half = Math.max(1, Math.floor(window / 2));
  const sent = (/** @type {string} */ given) => call.begin((id = given));
  const item = (/** @type {Message} */ message) => {
    items.push(message);
    wake?.();
  };
  frame.request('call_request', metadata, content, buffers, { sent, item })
    .then((message) => (reply = message), (error) => (failure = { error }))
    .finally(() => wake?.());
  try {
    for (;;) {
      while (items.length > 0) {
        const { value } = /** @type {Message} */ (items.shift()).content();
        if (++taken % half === 0 && reply === undefined) {
          frame.session.send('credit', frame.header, { call: id, credit: half }, '{}');
        }
        yield value;
      }
      if (failure) throw failure.error;
      if (reply) return call.check(reply);
      await new Promise((/** @type {(nothing: void) => void} */ resolve) => (wake = resolve));
    }
  } finally {
    if (reply === undefined && failure === undefined) call.cancel(id, 'the reader stopped');
  }
}
