/** Jupyter's envelope: frames to messages and back, signed. */

import { createHmac, timingSafeEqual } from 'node:crypto';
import { decode, placeBuffers } from './values.js';

const { parse } = JSON;
const DELIMITER = '<IDS|MSG>';
const DELIMITER_BYTES = Buffer.from(DELIMITER);
const SIGNATURE_SIZE = 64;

/** Bytes that are not a message of ours; `code` says why: `not_an_envelope`, `bad_signature` or `malformed`. */
export class EnvelopeError extends Error {
  name = 'EnvelopeError';

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
   * @param {string} parent
   * @param {Record<string, any>} metadata
   * @param {Buffer} content
   * @param {Buffer[]} buffers
   */
  constructor(header, parent, metadata, content, buffers) {
    const { msg_id: id, msg_type: type } = object(header, 'header');
    if (typeof id !== 'string' || typeof type !== 'string') throw new EnvelopeError('malformed', 'msg_id or msg_type is missing');
    this.id = id;
    this.type = type;
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
   * @returns {Record<string, any>}
   * @throws {EnvelopeError} `malformed`
   */
  content() {
    try {
      // One level more than a value may have, for the object around it.
      const content = decode(this.#content, 129);
      if (typeof content !== 'object' || content === null || Array.isArray(content)) throw new SyntaxError('it is not an object');
      placeBuffers(content, this.metadata.buffer_paths, this.#buffers);
      return content;
    } catch (error) {
      throw new EnvelopeError('malformed', `the content of ${this.type} cannot be read: ${error.message}`);
    }
  }
}

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
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new EnvelopeError('malformed', `the ${what} is not an object`);
  }
  return value;
}

/**
 * Verifies and reads a message. The signature is checked before anything is parsed, over the bytes as they came.
 * @param {Buffer[]} frames from the delimiter on
 * @param {Buffer} key
 * @returns {Message}
 * @throws {EnvelopeError}
 */
export function open(frames, key) {
  if (frames.length < 6 || !frames[0].equals(DELIMITER_BYTES)) {
    throw new EnvelopeError('not_an_envelope', 'the frames are not an envelope');
  }
  const [, signature, header, parent, metadata, content] = frames;
  const hmac = createHmac('sha256', key).update(header).update(parent).update(metadata).update(content);
  const expected = Buffer.from(hmac.digest('hex'), 'latin1');
  if (signature.length !== SIGNATURE_SIZE || !timingSafeEqual(expected, signature)) {
    throw new EnvelopeError('bad_signature', 'the signature is wrong');
  }
  const facts = metadata.length === 2 ? {} : decodeObject(metadata);
  const buffers = frames.length > 6 ? frames.slice(6).map((one) => Buffer.from(one)) : [];
  return new Message(header.toString(), parent.toString(), facts, Buffer.from(content), buffers);
}

/** @param {Buffer} bytes */
function decodeObject(bytes) {
  return object(bytes.toString(), 'metadata');
}

/**
 * The frames of a message, signed.
 * @param {Buffer} key
 * @param {string} header
 * @param {string} parent
 * @param {string} metadata
 * @param {string} content
 * @param {Uint8Array[]} [buffers] not signed, as in Jupyter
 * @returns {(string | Uint8Array)[]}
 */
export function seal(key, header, parent, metadata, content, buffers) {
  const signature = createHmac('sha256', key).update(header + parent + metadata + content).digest('hex');
  const frames = [DELIMITER, signature, header, parent, metadata, content];
  return buffers === undefined || buffers.length === 0 ? frames : [...frames, ...buffers];
}
