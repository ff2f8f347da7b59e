/** What a handler says of an event that it has not handled, and what is replied when several handlers have failed. */

import { Refusal } from './errors.js';
import { errorObject } from './traces.js';

/**
 * Hands an event back: it comes again. Not a ParleyError, so that what catches those lets it pass.
 * @example throw new Nack(30)
 */
export class Nack extends Error {
  name = 'Nack';

  /**
   * @param {number} [delay] seconds until the next attempt; the orchestrator chooses when there is none
   * @param {{ cause?: unknown }} [options]
   */
  constructor(delay, options) {
    if (delay !== undefined && !(Number.isFinite(delay) && delay >= 0)) {
      throw new TypeError('new Nack(delay) wants a delay in seconds, from 0, or none');
    }
    super(`the handler hands the event back${delay === undefined ? '' : `, for ${delay} s`}`, options);
    this.delay = delay;
  }
}

/**
 * Says that an event can never be handled: it does not come again. Not a ParleyError either.
 * @example throw new Reject('there is no such order')
 */
export class Reject extends Error {
  name = 'Reject';

  /**
   * @param {string} [reason]
   * @param {{ cause?: unknown }} [options]
   */
  constructor(reason = 'the handler can never handle the event', options) {
    super(reason, options);
    this.reason = reason;
  }
}

/** @param {unknown} error */
export const isDisposition = (error) => error instanceof Nack || error instanceof Reject;

/**
 * The reply for an event whose handlers raised errors: it tells of the one that decides what becomes of the event.
 * @param {unknown[]} errors in the order in which they were raised
 * @returns {Refusal}
 */
export function eventFailure(errors) {
  const objects = errors.map((error) => errorObject(error));
  const rejected = errors.findIndex((error) => error instanceof Reject);
  const handedBack = errors.findIndex((error) => error instanceof Nack);
  const first = Math.max(0, rejected >= 0 ? rejected : handedBack);
  const object = errors.length > 1 ? { ...objects[first], errors: objects } : objects[first];
  return new Refusal('handler_error', object, disposition(errors[first]));
}

/**
 * @param {unknown} error
 * @returns {Record<string, unknown>} for the reply's metadata
 */
function disposition(error) {
  if (error instanceof Reject) return { disposition: 'reject' };
  return error instanceof Nack ? { disposition: 'nack', delay: error.delay } : {};
}
