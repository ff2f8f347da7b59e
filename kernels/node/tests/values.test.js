import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decode, encode, placeBuffers } from '../values.js';
import { bytes, vectors } from './vectors.js';

const spec = vectors('values');
const read = (text) => decode(Buffer.from(text));

/** Values of the vectors that must be refused. */
function make(what) {
  const cycle = [1];
  cycle.push({ again: cycle });
  const made = {
    nan: NaN, inf: Infinity, '-inf': -Infinity, function: () => {}, cycle,
    broken_utf8: 'a\ud800', bad_key: { [Symbol('key')]: 1 },
  };
  if (what.startsWith('int:')) return BigInt(what.slice(4));
  if (what.startsWith('deep:')) return nested(Number(what.slice(5)));
  assert.ok(what in made, what);
  return made[what];
}

function nested(levels) {
  let value = [];
  for (let i = 1; i < levels; i++) value = [value];
  return value;
}

test('every faithful value survives', () => {
  for (const { name, json } of spec.faithful) {
    const value = read(json);
    const again = encode(value).text;
    assert.deepEqual(read(again), value, name);
    // Integers, texts and the order of keys come back to the letter; floats by value.
    if (!/[.eE]/.test(json) && !/\\|numeric|odd/.test(json + name)) assert.equal(again, json, name);
  }
});

test('numbers keep their value and their kind', () => {
  assert.equal(read('9007199254740992'), 2 ** 53);
  assert.equal(read('9007199254740993'), 9007199254740993n);
  assert.equal(read('-9223372036854775808'), -(2n ** 63n));
  assert.deepEqual(read('{"9007199254740993":["9007199254740993",9007199254740993,1.0000000000000000001]}'), {
    '9007199254740993': ['9007199254740993', 9007199254740993n, 1],
  });
  assert.equal(encode(2 ** 60).text, '1.152921504606847e+18');
  assert.equal(Number(encode(2 ** 60).text), 2 ** 60);
  assert.equal(encode(1e20).text, '1e+20');
  assert.equal(encode(1.0).text, '1');
  assert.equal(encode(5n).text, '5');
});

test('what JSON cannot carry is refused with its path', () => {
  for (const { name, make: what } of spec.unfaithful) {
    assert.throws(() => encode(make(what)), { code: 'not_serializable', name: 'NotSerializable' }, name);
  }
  for (const [value, path] of [
    [{ rows: [0, { when: new Date() }] }, '$.rows[1].when'],
    [{ 'a b': [new Map()] }, '$["a b"][0]'],
    [[undefined], '$[0]'],
    [make('cycle'), '$[1].again'],
    [{ a: { b: Symbol('x') } }, '$.a.b'],
    [{ a: new (class Point {})() }, '$.a'],
    [undefined, '$'],
    [{ later: Promise.resolve(1) }, '$.later'],
  ]) assert.throws(() => encode(value), { path });
});

test('128 levels are allowed', () => {
  assert.equal(encode(nested(128)).text.length, 256);
  assert.equal(read('['.repeat(128) + ']'.repeat(128)).length, 1);
});

test('an absent property is absent', () => assert.equal(encode({ a: undefined, b: null }).text, '{"b":null}'));

test('what is no JSON is refused', () => {
  for (const { name, json_hex: hex } of spec.invalid) assert.throws(() => decode(bytes(hex)), SyntaxError, name);
});

test('bytes travel beside the text', () => {
  for (const { name, hex } of spec.bytes) {
    const value = { image: bytes(hex), parts: [new Uint8Array(bytes(hex)), 1] };
    const { text, buffers, paths } = encode(value, ['value']);
    assert.equal(text, '{"image":null,"parts":[null,1]}', name);
    assert.deepEqual(paths, [['value', 'image'], ['value', 'parts', 0]]);
    const content = { value: read(text) };
    placeBuffers(content, paths, buffers.map(Buffer.from));
    assert.deepEqual(content.value.parts[0], bytes(hex), name);
  }
});

test('bytes are those of the moment of sending', () => {
  const data = Buffer.from([1]);
  const { buffers } = encode(data);
  data[0] = 2;
  assert.equal(buffers[0][0], 1);
});

test('buffer paths that lead nowhere are refused', () => {
  for (const paths of [[['a', 'b']], [['__proto__']], [[]], ['a'], [['b']], []]) {
    assert.throws(() => placeBuffers({ a: null, b: 1 }, paths, [Buffer.alloc(1)]), SyntaxError);
  }
});

test('a long text with a long integer is read in one go', () => {
  const text = JSON.stringify({ s: 'x\\"'.repeat(500_000), i: 1 }).replace('1}', '12345678901234567890}');
  assert.equal(read(text).i, 12345678901234567890n);
});
