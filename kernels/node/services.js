/** What other plugins offer: their methods, and their contributions to an extension point. */

import { call } from './calls.js';
import { NoProvider } from './errors.js';
import { ask, checkOptions, checkTimeout } from './requests.js';

/**
 * @typedef {object} Service
 * @property {string} method
 * @property {string} plugin
 * @property {string} language
 * @property {boolean} stream whether it yields
 * @property {boolean} available whether its provider has started and provides it now
 */

// The content of a reply holds a list of objects with values: so many levels more than a value.
const AROUND_DATA = 3;
const { hasOwn, keys } = Object;

/**
 * The methods that this plugin may call.
 * @param {string} [pattern] such as `pricing.*`
 * @returns {Promise<Service[]>} by name
 */
export async function services(pattern) {
  if (pattern !== undefined) checkName('services()', 'a pattern', pattern);
  return (await ask('services_request', '{}', { pattern })).content().services;
}

/**
 * Waits until a method is available.
 * @param {string} method
 * @param {{ timeout?: number }} [options] seconds
 * @returns {Promise<void>}
 * @throws {import('./errors.js').Timeout}
 */
export async function waitFor(method, options = {}) {
  checkName('waitFor()', 'the name of a method', method);
  checkOptions('waitFor()', options, ['timeout']);
  checkTimeout(options.timeout);
  await ask('service_wait', { timeout: options.timeout }, { method });
}

/**
 * What other plugins contribute to an extension point of this plugin.
 * @param {string} point
 * @returns {Promise<Contribution[]>} in the order that the point declares
 */
export async function contributions(point) {
  checkName('contributions()', 'the name of a point', point);
  const reply = await ask('contributions_request', '{}', { point });
  const list = reply.content(AROUND_DATA).contributions;
  return list.map((/** @type {any} */ one) => new Contribution(one));
}

/** What one plugin contributes to an extension point. */
export class Contribution {
  #methods;

  /** @param {{ id: string, plugin: string, language: string, data?: any, methods?: Record<string, string> }} given */
  constructor({ id, plugin, language, data = {}, methods = {} }) {
    this.id = id;
    this.plugin = plugin;
    this.language = language;
    this.data = data;
    this.#methods = methods;
  }

  /**
   * Calls a method of the contributor's. One that fails rejects here, and leaves the other contributions alone.
   * @param {string} name in the point's interface
   * @param {Record<string, unknown>} [params]
   * @param {import('./calls.js').CallOptions} [options]
   * @returns {Promise<any>}
   */
  async call(name, params, options) {
    if (hasOwn(this.#methods, name)) return await call(this.#methods[name], params, options);
    const nearest = keys(this.#methods);
    const known = nearest.join(', ') || 'none';
    throw new NoProvider(`the contribution ${this.id} of ${this.plugin} has no method ${name}; it has ${known}`, { nearest });
  }
}

/**
 * @param {string} verb
 * @param {string} what
 * @param {unknown} name
 */
function checkName(verb, what, name) {
  if (typeof name !== 'string') throw new TypeError(`${verb} wants ${what}, as text`);
}
