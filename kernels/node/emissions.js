/** Emitting events, with and without waiting for those who handle them. */

import { ask, checkOptions, checkTimeout, encodeObject } from './requests.js';

/**
 * @typedef {object} EmitOptions
 * @property {'all' | 'any' | number} [confirm] wait until so many subscribers have handled the event
 * @property {boolean} [require] an event that nobody subscribes to is an error
 * @property {number} [timeout] seconds; how long a confirmation is waited for
 * @property {string} [eventId] a name for the event: one that is emitted again with it is a duplicate, and goes to nobody
 *
 * @typedef {object} Confirmation
 * @property {number} subscriptions how many it matched
 * @property {string} event_id
 * @property {boolean} confirmed whether so many have handled it as were asked for
 * @property {boolean} duplicate whether an event with this id was emitted before
 * @property {Record<string, { outcome: string } & Record<string, any>>} outcomes by plugin
 */

/**
 * Emits an event.
 * @param {string} event
 * @param {Record<string, unknown>} [payload]
 * @param {EmitOptions} [options]
 * @returns {Promise<any>} how many subscriptions it matched; with `confirm` a Confirmation
 */
export async function emit(event, payload = {}, options = {}) {
  if (typeof event !== 'string') throw new TypeError('the name of an event is text, like "order:placed"');
  checkEmit(options);
  const { confirm, require, timeout, eventId } = options;
  const { text, buffers, paths } = encodeObject('the payload of an event', payload);
  const metadata = { event, confirm, require, timeout, event_id: eventId, ...(buffers.length > 0 ? { buffer_paths: paths } : {}) };
  const content = (await ask('emit', metadata, text, buffers)).content();
  if (confirm === undefined) return content.subscriptions;
  const { subscriptions, event_id, confirmed, duplicate = false, outcomes = {} } = content;
  return { subscriptions, event_id, confirmed, duplicate, outcomes };
}

/** @param {EmitOptions} options */
function checkEmit(options) {
  checkOptions('emit()', options, ['confirm', 'require', 'timeout', 'eventId']);
  const { confirm, require, timeout, eventId } = options;
  const isNumber = Number.isSafeInteger(confirm) && /** @type {number} */ (confirm) > 0;
  if (confirm !== undefined && confirm !== 'all' && confirm !== 'any' && !isNumber) {
    throw new TypeError("'confirm' of emit() is 'all', 'any' or a whole number of subscribers from 1");
  }
  if (require !== undefined && typeof require !== 'boolean') {
    throw new TypeError("'require' of emit() is true or false");
  }
  if (eventId !== undefined && typeof eventId !== 'string') {
    throw new TypeError("'eventId' of emit() is text, like 'order-17'");
  }
  checkTimeout(timeout);
}
