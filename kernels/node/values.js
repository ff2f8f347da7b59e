/**
 * Values as JSON, faithfully: what JSON cannot carry is refused with the path to it, never changed in silence.
 * Integers beyond 2^53 are BigInts; bytes are Uint8Arrays and travel as buffers beside the text.
 */

import { Buffer, isUtf8 } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import { NotSerializable } from './errors.js';

// A plugin may replace these; the shim must not notice.
const { parse, stringify } = JSON;
const { keys, getPrototypeOf, getOwnPropertySymbols, hasOwn } = Object;
const { isArray } = Array;

export const MAX_LEVELS = 128;
const LARGEST_INTEGER = 2n ** 63n - 1n;
const SMALLEST_INTEGER = -(2n ** 63n);
const LARGEST_EXACT = 2 ** 53;
const NEEDS_ESCAPE = /["\\\u0000-\u001f\ud800-\udfff]/;
const LONE_SURROGATE = /\p{Surrogate}/u;
// Node 18 does not have it.
const { isWellFormed } = /** @type {any} */ (String.prototype);

/** @type {Record<string, string>} */
const HINTS = { Map: ': use an object', Set: ': use an array', Date: ': use toISOString()', Promise: ': await it' };

/**
 * Whether a text is valid Unicode.
 * @param {string} text
 * @returns {boolean}
 */
const wellFormed = (text) => (isWellFormed ? isWellFormed.call(text) : !LONE_SURROGATE.test(text));

/**
 * A text with the replacement character for what is not valid Unicode.
 * @param {string} text
 */
export const repaired = (text) => (wellFormed(text) ? text : text.replace(/\p{Surrogate}/gu, '\ufffd'));

/** @typedef {(string | number)[]} Path */

/** Writes one value; a new one for each value, since it collects the buffers. */
class Writer {
  /** @type {Uint8Array[]} */
  buffers = [];
  /** @type {Path[]} */
  paths = [];
  /** @type {Path} */
  #path = [];
  /** @type {object[]} */
  #ancestors = [];

  #prefix;

  /** @param {Path} prefix where the value stands in the content */
  constructor(prefix) {
    this.#prefix = prefix;
  }

  /**
   * @param {unknown} value
   * @returns {string}
   */
  write(value) {
    switch (typeof value) {
      case 'string':
        return this.#text(value);
      case 'number':
        return this.#number(value);
      case 'boolean':
        return value ? 'true' : 'false';
      case 'bigint':
        if (value > LARGEST_INTEGER || value < SMALLEST_INTEGER) this.#refuse('an integer of more than 64 bits');
        return `${value}`;
      case 'object':
        return value === null ? 'null' : this.#container(value);
      default:
        return this.#refuse(`a value of type ${typeof value}`);
    }
  }

  /** @param {string} text */
  #text(text) {
    if (!NEEDS_ESCAPE.test(text)) return `"${text}"`;
    if (!wellFormed(text)) this.#refuse('text that is not valid Unicode (a lone surrogate)');
    return stringify(text);
  }

  /** @param {number} number */
  #number(number) {
    if (!Number.isFinite(number)) this.#refuse(`${number}`);
    // Beyond 2^53 the usual form pads with zeros: digits that an integer of another language would take at their word.
    return Math.abs(number) > LARGEST_EXACT && Number.isInteger(number) ? number.toExponential() : `${number}`;
  }

  /** @param {object} value */
  #container(value) {
    if (value instanceof Uint8Array || value instanceof ArrayBuffer) {
      // Copied, since it is sent later than the caller may write to it.
      this.buffers.push(new Uint8Array(value instanceof ArrayBuffer ? value.slice(0) : value));
      this.paths.push([...this.#prefix, ...this.#path]);
      return 'null';
    }
    const list = isArray(value);
    if (!list) this.#checkObject(value);
    if (this.#ancestors.length === MAX_LEVELS) this.#refuseDepth(value);
    this.#ancestors.push(value);
    const text = list ? this.#list(value) : this.#object(/** @type {Record<string, unknown>} */ (value));
    this.#ancestors.pop();
    return text;
  }

  /** @param {unknown[]} list */
  #list(list) {
    let text = '';
    const depth = this.#path.length;
    for (let i = 0; i < list.length; i++) {
      this.#path[depth] = i;
      text += (i > 0 ? ',' : '') + this.write(list[i]);
    }
    this.#path.length = depth;
    return `[${text}]`;
  }

  /** @param {Record<string, unknown>} object */
  #object(object) {
    let text = '';
    const depth = this.#path.length;
    for (const key of keys(object)) {
      const value = object[key];
      // In JavaScript a property that is undefined reads like one that is not there.
      if (value === undefined) continue;
      this.#path[depth] = key;
      text += `${text && ','}${this.#text(key)}:${this.write(value)}`;
    }
    this.#path.length = depth;
    return `{${text}}`;
  }

  /** @param {object} value */
  #checkObject(value) {
    const prototype = getPrototypeOf(value);
    if (prototype !== null && prototype !== Object.prototype && getPrototypeOf(prototype) !== null) {
      const name = prototype.constructor?.name ?? 'a class';
      const hint = HINTS[name] ?? '';
      this.#refuse(`an instance of ${name}${hint}`);
    }
    if (getOwnPropertySymbols(value).length > 0) this.#refuse('an object with a symbol as a key');
  }

  /** @param {object} value */
  #refuseDepth(value) {
    const chain = [...this.#ancestors, value];
    const again = chain.findIndex((one, i) => chain.indexOf(one) < i);
    if (again >= 0) this.#path.length = again;
    this.#refuse(again >= 0 ? 'a value that contains itself' : `more than ${MAX_LEVELS} levels of nesting`);
  }

  /**
   * @param {string} what
   * @returns {never}
   */
  #refuse(what) {
    const path = pathText(this.#path);
    throw new NotSerializable(`${path} cannot be sent: ${what}`, { path });
  }
}

/** @param {Path} path */
export function pathText(path) {
  let text = '$';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else text += /^[A-Za-z_$][\w$]*$/.test(step) ? `.${step}` : `[${stringify(step)}]`;
  }
  return text;
}

/**
 * The JSON of a value, its bytes apart.
 * @param {unknown} value
 * @param {Path} [prefix] where the value will stand in the message's content
 * @returns {{ text: string, buffers: Uint8Array[], paths: Path[] }}
 * @throws {NotSerializable} with the path to what cannot be carried
 */
export function encode(value, prefix = []) {
  const writer = new Writer(prefix);
  const text = writer.write(value);
  return { text, buffers: writer.buffers, paths: writer.paths };
}

// Stands for an integer in JSON that is parsed by JSON.parse; unguessable, so that no payload can hold one.
const INTEGER_MARK = `integer ${randomBytes(16).toString('hex')}`;
const STRING_OR_NUMBER = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/g;

/**
 * Reads JSON: integers beyond 2^53 become BigInts.
 * @param {Buffer} bytes
 * @param {number} [levels] how many levels of nesting are allowed
 * @returns {any}
 * @throws {SyntaxError} when it is not JSON as the protocol wants it
 */
export function decode(bytes, levels = MAX_LEVELS) {
  if (!isUtf8(bytes)) throw new SyntaxError('the text is not valid UTF-8');
  if (bytes.length > 2 * levels) checkLevels(bytes, levels);
  const text = bytes.toString();
  const value = /\d{16}/.test(text) ? parseWithIntegers(text) : parse(text);
  if (/\\u[dD][89a-fA-F]/.test(text)) checkSurrogates(value);
  return value;
}

/** @param {string} text */
function parseWithIntegers(text) {
  let found = false;
  const marked = text.replace(STRING_OR_NUMBER, (token) => {
    if (token.length < 16 || !/^-?[1-9]\d+$/.test(token)) return token;
    const integer = BigInt(token);
    if (integer <= LARGEST_EXACT && integer >= -LARGEST_EXACT) return token;
    found = true;
    return `{"${INTEGER_MARK}":"${token}"}`;
  });
  if (!found) return parse(text);
  return parse(marked, (_, value) =>
    typeof value === 'object' && value !== null && hasOwn(value, INTEGER_MARK) ? BigInt(value[INTEGER_MARK]) : value,
  );
}

/**
 * @param {Buffer} bytes
 * @param {number} levels
 */
function checkLevels(bytes, levels) {
  let depth = 0;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (byte === 0x22) {
      while (++i < bytes.length && bytes[i] !== 0x22) if (bytes[i] === 0x5c) i++;
    } else if (byte === 0x5b || byte === 0x7b) {
      if (++depth > levels) throw new SyntaxError(`more than ${levels} levels of nesting`);
    } else if (byte === 0x5d || byte === 0x7d) depth--;
  }
}

/** @param {any} value */
function checkSurrogates(value) {
  if (typeof value === 'string') {
    if (!wellFormed(value)) throw new SyntaxError('text that is not valid Unicode (a lone surrogate)');
  } else if (isArray(value)) value.forEach(checkSurrogates);
  else if (typeof value === 'object' && value !== null) {
    for (const key of keys(value)) {
      checkSurrogates(key);
      checkSurrogates(value[key]);
    }
  }
}

/**
 * Puts the buffers of a message where they belong in its content.
 * @param {any} content
 * @param {unknown} paths metadata's `buffer_paths`
 * @param {Uint8Array[]} buffers
 */
export function placeBuffers(content, paths, buffers) {
  if (!isArray(paths)) return;
  if (paths.length !== buffers.length) throw new SyntaxError('buffer_paths and buffers are not of one number');
  paths.forEach((path, i) => {
    if (!isArray(path) || path.length === 0) throw new SyntaxError('a buffer path is not a list of keys');
    let holder = content;
    for (const step of path.slice(0, -1)) holder = own(holder, step);
    const last = path[path.length - 1];
    if (own(holder, last) !== null) throw new SyntaxError('a buffer path does not lead to a null');
    holder[last] = buffers[i];
  });
}

/**
 * @param {any} holder
 * @param {string | number} step
 */
function own(holder, step) {
  if (typeof holder !== 'object' || holder === null || !hasOwn(holder, step)) {
    throw new SyntaxError('a buffer path leads nowhere');
  }
  return holder[step];
}
