/** What every request of the SDK has in common: what is checked before it leaves, and what is made of its reply. */

import { NotSerializable, Timeout, fromObject } from './errors.js';
import { here } from './frame.js';
import { encode } from './values.js';

/** @typedef {import('./envelope.js').Message} Message */

const { keys } = Object;

/**
 * Asks the orchestrator on behalf of the frame that runs, which is suspended until the reply comes.
 * @param {string} type
 * @param {string | object} metadata
 * @param {string | object} content
 * @param {Uint8Array[]} [buffers]
 * @returns {Promise<Message>}
 * @throws {import('./errors.js').ParleyError} when the outcome of the reply is not `ok`
 */
export async function ask(type, metadata, content, buffers) {
  // Awaited here, so that the stack of an error has the line that asked.
  return checked(await here().request(type, metadata, content, buffers));
}

/**
 * @param {Message} reply
 * @returns {Message}
 */
export function checked(reply) {
  if (reply.ok) return reply;
  throw fromObject(String(reply.metadata.outcome), reply.content());
}

/** @param {number} [timeout] seconds */
export function checkTimeout(timeout) {
  if (timeout === undefined || timeout > 0) return;
  throw new Timeout('the timeout has passed before the call', { started: false, timeout });
}

/**
 * A mistake in the name of an option must not pass for its absence.
 * @param {string} what they are options of, such as `emit()`
 * @param {unknown} options
 * @param {string[]} names
 */
export function checkOptions(what, options, names) {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new TypeError(`${what} takes its options as an object with ${listed(names)}`);
  }
  for (const name of keys(options)) {
    if (!names.includes(name)) throw new TypeError(`${what} has no option '${name}'; it takes ${listed(names)}`);
  }
}

/** @param {string[]} names */
export const listed = (names) => names.map((name) => `'${name}'`).join(', ').replace(/, ([^,]*)$/, ' and $1');

/**
 * @param {string} what
 * @param {unknown} value
 */
export function encodeObject(what, value) {
  const encoded = encode(value);
  if (encoded.text[0] === '{') return encoded;
  throw new NotSerializable(`$ cannot be sent: ${what} are an object, not ${encoded.text.slice(0, 40)}`, { path: '$' });
}
