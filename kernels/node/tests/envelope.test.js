import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { open, seal } from '../envelope.js';
import { Signer } from '../signer.js';
import { bytes, vectors } from './vectors.js';

const spec = vectors('envelope');
const fromDelimiter = (frames) => frames.slice(Math.max(0, frames.findIndex((one) => one.toString() === '<IDS|MSG>')));

test('envelopes are written as the vectors', () => {
  for (const { name, key, header, parent_header: parent, metadata, content, buffers, signature, frames } of spec.valid) {
    const sealed = seal(new Signer(key), header, parent, metadata, content, buffers.map(bytes));
    assert.equal(sealed[1], signature, name);
    const wanted = fromDelimiter(frames.map(bytes)).map((frame) => frame.toString('hex'));
    assert.deepEqual(sealed.map((frame) => Buffer.from(frame).toString('hex')), wanted, name);
  }
});

test('envelopes are read as the vectors', () => {
  for (const { name, key, header, parent_header: parent, metadata, content, frames } of spec.valid) {
    const message = open(fromDelimiter(frames.map(bytes)), new Signer(key));
    assert.equal(message.header, header, name);
    assert.equal(message.parent, parent, name);
    assert.equal(message.type, JSON.parse(header).msg_type, name);
    assert.deepEqual(message.metadata, JSON.parse(metadata), name);
    if (!message.metadata.buffer_paths && !/\d{16}/.test(content)) assert.deepEqual(message.content(), JSON.parse(content), name);
  }
});

test('buffers stand in the content of a message', () => {
  const { key, frames } = spec.valid.find((one) => one.buffers.length > 0);
  const { value } = open(frames.map(bytes), new Signer(key)).content();
  assert.deepEqual(value, { image: bytes('00ff0a0d00'), parts: [bytes('')] });
});

test('what is no envelope of ours is refused by name', () => {
  for (const { name, key, frames, error } of spec.invalid) {
    assert.throws(() => open(frames.map(bytes), new Signer(key)), { name: 'EnvelopeError', code: error }, name);
  }
});

test('what is malformed after the header names who sent it', () => {
  const signer = new Signer('k');
  const frames = seal(signer, '{"msg_id":"a","msg_type":"ping"}', '{}', '', '{}').map((one) => Buffer.from(one));
  assert.throws(() => open(frames, signer), { code: 'malformed', header: '{"msg_id":"a","msg_type":"ping"}' });
});

test('content that cannot be read is malformed', () => {
  const signer = new Signer('k');
  for (const content of ['[]', '1', '{', '{"a":"\\ud800"}']) {
    const frames = seal(signer, '{"msg_id":"a","msg_type":"x"}', '{}', '{}', content).map((one) => Buffer.from(one));
    assert.throws(() => open(frames, signer).content(), { code: 'malformed' }, content);
  }
});

test('signatures are HMAC-SHA256 for any key and any length', () => {
  for (const key of ['', 'k', 'x'.repeat(64), 'ü'.repeat(100)]) {
    for (const text of ['', 'a', 'ü'.repeat(5000), 'x'.repeat(70_000)]) {
      const wanted = createHmac('sha256', key).update(text).digest('hex');
      const signer = new Signer(key);
      assert.equal(signer.signText(text), wanted);
      const whole = Buffer.from(text);
      assert.equal(signer.signBytes([whole.subarray(0, 3), whole.subarray(3)]), wanted);
    }
  }
});
