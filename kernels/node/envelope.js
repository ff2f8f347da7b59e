/** Jupyter's envelope: frames to messages and back, signed. */

import { Buffer, isUtf8 } from 'node:buffer';
import { timingSafeEqual } from 'node:crypto';
import { Signer } from './signer.js';
import { MAX_LEVELS, decode, placeBuffers } from './values.js';

// A plugin may replace these; the shim must not notice.
const { parse } = JSON;
const { isArray } = Array;
const DELIMITER = '<IDS|MSG>';
const DELIMITER_BYTES = Buffer.from(DELIMITER);
const expected = Buffer.alloc(64);

/** Bytes that are not a message of ours; `code` says why: `not_an_envelope`, `bad_signature` or `malformed`. */
export class EnvelopeError extends Error {
  name = 'EnvelopeError';
  /**
   * The header of a verified message that is malformed further on: whoever sent it is told.
   * @type {string | undefined}
   */
  header;

  /**
   * @param {string} code
   * @param {string} message
   */
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

/** A verified message. It owns its bytes. */
export class Message {
  #content;
  #buffers;
  /** @type {string | undefined} */
  #parentId;

  /**
   * @param {string} header as it was on the wire: replies carry it back verbatim
   * @param {{ msg_id: string, msg_type: string }} names from the header
   * @param {string} parent
   * @param {Record<string, any>} metadata
   * @param {Buffer} content
   * @param {Buffer[]} buffers
   */
  constructor(header, names, parent, metadata, content, buffers) {
    this.id = names.msg_id;
    this.type = names.msg_type;
    this.header = header;
    this.parent = parent;
    this.metadata = metadata;
    this.#content = content;
    this.#buffers = buffers;
  }

  /** The msg_id of what this answers. */
  get parentId() {
    this.#parentId ??= String(object(this.parent, 'parent_header').msg_id ?? '');
    return this.#parentId;
  }

  /** Whether it reports success. */
  get ok() {
    return this.metadata.outcome === 'ok';
  }

  /**
   * The content, read anew each time: no two handlers share it.
   * @param {number} [around] how many levels more than a value it has
   * @returns {Record<string, any>}
   * @throws {EnvelopeError} `malformed`
   */
  content(around = 1) {
    try {
      const content = decode(this.#content, MAX_LEVELS + around);
      if (!isObject(content)) throw new SyntaxError('it is not an object');
      placeBuffers(content, this.metadata.buffer_paths, this.#buffers);
      return content;
    } catch (error) {
      throw new EnvelopeError('malformed', `the content of ${this.type} cannot be read: ${error.message}`);
    }
  }
}

/** @param {unknown} value */
const isObject = (value) => typeof value === 'object' && value !== null && !isArray(value);

/**
 * @param {string} text
 * @param {string} what
 * @returns {Record<string, any>}
 */
function object(text, what) {
  let value;
  try {
    value = parse(text);
  } catch (error) {
    throw new EnvelopeError('malformed', `the ${what} is not JSON: ${error.message}`);
  }
  if (!isObject(value)) throw new EnvelopeError('malformed', `the ${what} is not an object`);
  return value;
}

/**
 * @param {Buffer} bytes
 * @returns {any}
 */
function readHeader(bytes) {
  if (!isUtf8(bytes)) throw new EnvelopeError('malformed', 'the header is not valid UTF-8');
  const header = object(bytes.toString(), 'header');
  if (typeof header.msg_id === 'string' && typeof header.msg_type === 'string') return header;
  throw new EnvelopeError('malformed', 'msg_id or msg_type is missing');
}

/**
 * Verifies and reads a message. The signature is checked before anything is parsed, over the bytes as they came.
 * @param {Buffer[]} frames from the delimiter on
 * @param {Signer} signer
 * @returns {Message}
 * @throws {EnvelopeError}
 */
export function open(frames, signer) {
  if (frames.length < 6 || !frames[0].equals(DELIMITER_BYTES)) {
    throw new EnvelopeError('not_an_envelope', 'the frames are not an envelope');
  }
  const [, signature, header, parent, metadata, content] = frames;
  expected.write(signer.signBytes([header, parent, metadata, content]), 'latin1');
  if (signature.length !== expected.length || !timingSafeEqual(expected, signature)) {
    throw new EnvelopeError('bad_signature', 'the signature is wrong');
  }
  const names = readHeader(header);
  const buffers = frames.length > 6 ? frames.slice(6).map((one) => Buffer.from(one)) : [];
  try {
    const facts = object(metadata.toString(), 'metadata');
    return new Message(header.toString(), names, parent.toString(), facts, Buffer.from(content), buffers);
  } catch (error) {
    error.header = header.toString();
    throw error;
  }
}

/**
 * The frames of a message, signed.
 * @param {Signer} signer
 * @param {string} header
 * @param {string} parent
 * @param {string} metadata
 * @param {string} content
 * @param {Uint8Array[]} [buffers] not signed, as in Jupyter
 * @returns {(string | Uint8Array)[]}
 */
export function seal(signer, header, parent, metadata, content, buffers) {
  const frames = [DELIMITER, signer.signText(header + parent + metadata + content), header, parent, metadata, content];
  return buffers === undefined || buffers.length === 0 ? frames : [...frames, ...buffers];
}
