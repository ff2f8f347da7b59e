/** The options of `on`: a subscription may ask for its events in another rhythm. */

import { checkOptions, listed } from './requests.js';

/**
 * @typedef {object} Shape just one of them
 * @property {{ window: number, max?: number }} [batch]
 * @property {{ wait: number, maxWait?: number }} [debounce]
 * @property {{ interval: number }} [throttle]
 * @property {{ key?: string, interval: number }} [latest]
 */

/** @typedef {{ fits: (value: any) => boolean, is: string, wire?: string, needed?: true }} Field */

const { entries, keys } = Object;
/** @type {Field} */
const seconds = { fits: (value) => Number.isFinite(value) && value > 0, is: 'a time in seconds above 0' };
/** @type {Field} */
const count = { fits: (value) => Number.isSafeInteger(value) && value > 0, is: 'a whole number from 1' };
/** @type {Field} */
const pointer = {
  fits: (value) => typeof value === 'string' && /^(?:\/(?:[^~]|~[01])*)?$/.test(value),
  is: "a JSON pointer into the payload, such as '/id'",
};

/** @type {Record<string, Record<string, Field>>} */
const SHAPES = {
  batch: { window: { ...seconds, needed: true }, max: count },
  debounce: { wait: { ...seconds, needed: true }, maxWait: { ...seconds, wire: 'max_wait' } },
  throttle: { interval: { ...seconds, needed: true } },
  latest: { key: pointer, interval: { ...seconds, needed: true } },
};

/**
 * The shape that the options of `on` ask for, as the protocol writes it.
 * @param {string} pattern
 * @param {Shape} options
 * @returns {Record<string, Record<string, unknown>> | undefined}
 * @throws {TypeError} that names the right options
 */
export function shapeOf(pattern, options) {
  const what = `on(${pattern}, …)`;
  checkOptions(what, options, keys(SHAPES));
  const given = entries(options).filter(([, value]) => value !== undefined);
  if (given.length === 0) return undefined;
  if (given.length > 1) throw new TypeError(`${what} takes one of ${listed(keys(SHAPES))}, not several`);
  const [name, values] = given[0];
  return { [name]: fieldsOf(`'${name}' of ${what}`, SHAPES[name], values) };
}

/**
 * @param {string} what
 * @param {Record<string, Field>} fields
 * @param {Record<string, unknown>} values
 */
function fieldsOf(what, fields, values) {
  checkOptions(what, values, keys(fields));
  /** @type {Record<string, unknown>} */
  const written = {};
  for (const [name, { fits, is, wire = name, needed }] of entries(fields)) {
    const value = values[name];
    if (value === undefined && !needed) continue;
    if (!fits(value)) throw new TypeError(`${what} wants as '${name}' ${is}`);
    written[wire] = value;
  }
  return written;
}
