/** What a plugin keeps: values by key, blobs, and watches of what changes. */

import { Buffer } from 'node:buffer';
import { NotSerializable } from './errors.js';
import { here } from './frame.js';
import { kernel } from './kernel.js';
import { checkHandler } from './registrations.js';
import { ask } from './requests.js';
import { encode, pathText } from './values.js';

/**
 * @typedef {{ key: string, value: any, version: number }} Entry
 * @typedef {{ blob: string, size: number }} Blob a reference, which a value can hold
 */

// The content of a reply holds a list of entries with values: so many levels more than a value.
const AROUND_ENTRIES = 3;

/** The plugin's own storage, and what it shares under keys that begin with `global:`. */
export const storage = {
  /**
   * @template T
   * @param {string} key
   * @param {T} [fallback]
   * @returns {Promise<any>} the value, or the fallback when there is none
   */
  async get(key, fallback) {
    const { found, value } = await request('get', { key });
    return found ? value : fallback;
  },

  /**
   * @param {string} key
   * @returns {Promise<Entry | undefined>}
   */
  async entry(key) {
    const { found, value, version } = await request('get', { key });
    return found ? { key, value, version } : undefined;
  },

  /**
   * @param {string} key
   * @param {any} value
   * @returns {Promise<number>} the version that it has now
   */
  async set(key, value) {
    return (await request('set', { key }, value)).version;
  },

  /**
   * @param {string} key
   * @returns {Promise<boolean>} whether it was there
   */
  async delete(key) {
    return (await request('delete', { key })).deleted;
  },

  /**
   * @param {string} [prefix]
   * @returns {Promise<Entry[]>} by key
   */
  async list(prefix = '') {
    return (await request('list', { prefix })).entries;
  },

  /**
   * Sets a value if nobody has changed it since its version was read.
   * @param {string} key
   * @param {any} value
   * @param {number} version 0: only if there is none
   * @returns {Promise<number | undefined>} the new version; nothing when another was there
   */
  async compareAndSet(key, value, version) {
    if (!Number.isInteger(version) && typeof version !== 'bigint') {
      throw new TypeError('storage.compareAndSet(key, value, version) wants the version that was read, or 0 for none');
    }
    const reply = await request('compare_and_set', { key, version }, value);
    return reply.swapped ? reply.version : undefined;
  },

  /**
   * Tells of each change of the keys that begin with a prefix, one after the other.
   * @param {string} prefix
   * @param {(change: import('./watches.js').Change) => unknown} handler
   * @returns {import('./registrations.js').Registration} its `ready` promise confirms it, its `dispose()` ends it
   */
  watch(prefix, handler) {
    checkHandler('storage.watch', prefix, handler);
    return kernel.watches.watch(here(), prefix, handler);
  },

  /**
   * Keeps bytes.
   * @param {Uint8Array | ArrayBuffer} bytes
   * @returns {Promise<Blob>} the reference by which they are found again
   */
  async putBlob(bytes) {
    if (!(bytes instanceof Uint8Array) && !(bytes instanceof ArrayBuffer)) {
      throw new TypeError('storage.putBlob() wants bytes, as a Uint8Array; of a text, Buffer.from(text)');
    }
    const { buffers, paths } = encode(bytes, ['value']);
    const content = '{"op":"blob_put","value":null}';
    const { blob, size } = (await ask('storage_request', { buffer_paths: paths }, content, buffers)).content();
    return { blob, size };
  },

  /**
   * @param {Blob | string} reference
   * @returns {Promise<Buffer>}
   */
  async getBlob(reference) {
    const blob = typeof reference === 'string' ? reference : reference?.blob;
    if (typeof blob !== 'string') throw new TypeError('storage.getBlob() wants what putBlob() returned');
    return (await request('blob_get', { blob })).value;
  },
};

/**
 * @param {string} op
 * @param {Record<string, unknown>} fields
 * @param {unknown[]} values the one to keep, where there is one
 */
async function request(op, fields, ...values) {
  for (const name of ['key', 'prefix']) {
    if (name in fields && typeof fields[name] !== 'string') throw new TypeError(`the ${name} of a stored value is text`);
  }
  const text = encode({ op, ...fields }).text;
  // The value is written by itself: an error tells the path within it.
  const content = values.length === 0 ? text : `${text.slice(0, -1)},"value":${valueText(values[0])}}`;
  return (await ask('storage_request', '{}', content)).content(AROUND_ENTRIES);
}

/**
 * @param {unknown} value
 * @throws {NotSerializable}
 */
function valueText(value) {
  const { text, paths } = encode(value);
  if (paths.length === 0) return text;
  const path = pathText(paths[0]);
  const instead = 'keep them by storage.putBlob(), and their reference in the value';
  throw new NotSerializable(`${path} cannot be stored, for it is bytes: ${instead}`, { path });
}
