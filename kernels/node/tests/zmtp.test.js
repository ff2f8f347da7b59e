import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Connection } from '../connection.js';
import { Decoder, Output, checkGreeting, encodeCommand, encodeReady, greeting } from '../zmtp.js';
import { bytes, vectors } from './vectors.js';

const spec = vectors('zmtp');
const LIMIT = 1 << 20;

/** A decoder that has seen the greeting. */
function greeted(command = () => {}, limit = LIMIT) {
  const decoder = new Decoder(limit, command);
  assert.deepEqual(decoder.push(greeting), []);
  return decoder;
}

const hex = (messages) => messages.map((frames) => frames.map((frame) => frame.toString('hex')));

test('the greeting is the vector', () => assert.equal(greeting.toString('hex'), spec.greeting));

test('bad greetings are refused', () => {
  for (const bad of spec.bad_greetings) assert.throws(() => checkGreeting(bytes(bad)), { name: 'ProtocolError' });
});

test('READY is the vector', () => {
  const dealer = encodeReady({ 'Socket-Type': 'DEALER', Identity: spec.ready_dealer.identity });
  assert.equal(dealer.toString('hex'), spec.ready_dealer.bytes);
  assert.equal(encodeReady({ 'Socket-Type': 'SUB' }).toString('hex'), spec.ready_sub.bytes);
});

test('a command of more than 255 bytes has an eight-byte length', () => {
  const long = encodeCommand('READY', Buffer.alloc(300));
  assert.equal(long.subarray(0, 9).toString('hex'), '060000000000000132');
  const seen = [];
  greeted((name, body) => seen.push([name, body.length])).push(long);
  assert.deepEqual(seen, [['READY', 300]]);
});

test('commands of the peer are told apart', () => {
  const seen = [];
  const decoder = greeted((name, body) => seen.push([name, body.toString('hex')]));
  for (const one of ['ready_router_from_libzmq', 'error_command', 'ping']) decoder.push(bytes(spec[one].bytes));
  assert.deepEqual(seen.map(([name]) => name), ['READY', 'ERROR', 'PING']);
  assert.equal(encodeCommand('PONG', bytes(seen[2][1]).subarray(2)).toString('hex'), spec.ping.pong);
});

test('messages are written as the vectors', () => {
  for (const { frames, bytes: wire } of spec.messages) {
    const output = new Output();
    output.message(frames.map(bytes));
    assert.equal(output.bytes.toString('hex'), wire);
  }
  const output = new Output();
  output.message(['hello', '', 'wörld']);
  assert.equal(output.bytes.toString('hex'), '010568656c6c6f0100000677c3b6726c64');
});

test('messages are read however their bytes are cut', () => {
  const wire = Buffer.concat(spec.messages.map((message) => bytes(message.bytes)));
  const wanted = spec.messages.map((message) => message.frames);
  for (const size of [1, 2, 3, 7, 64, 255, 1000, wire.length]) {
    const decoder = greeted();
    const got = [];
    // One buffer for all reads, as the connection does it.
    const buffer = Buffer.alloc(size);
    for (let at = 0; at < wire.length; at += size) {
      const count = wire.copy(buffer, 0, at, at + size);
      got.push(...hex(decoder.push(buffer.subarray(0, count))));
      buffer.fill(0xee, 0, count);
    }
    assert.deepEqual(got, wanted, `in pieces of ${size}`);
  }
});

test('a message over the limit is refused before it is there', () => {
  assert.throws(() => greeted(undefined, 1000).push(bytes('020000000000100000')), { name: 'ProtocolError' });
  assert.throws(() => greeted(undefined, 100).push(bytes(`01ff${'00'.repeat(255)}`)), { name: 'ProtocolError' });
});

test('a connection waits for READY, answers PING, and sends one turn in one write', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-'));
  const path = join(folder, 's');
  const reads = [];
  const server = createServer((socket) => {
    socket.on('data', (data) => {
      reads.push(data.toString('hex'));
      if (reads.length === 1) socket.write(Buffer.concat([greeting, bytes(spec.ready_router_from_libzmq.bytes)]));
      if (reads.length === 2) socket.write(bytes(spec.ping.bytes + spec.messages[2].bytes));
      if (reads.length === 3) socket.end();
    });
  }).listen(path);
  const got = [];
  await new Promise((resolve) => {
    const connection = new Connection(`ipc://${path}`, { 'Socket-Type': 'SUB' }, LIMIT, (frames) => got.push(frames.map(String)), resolve);
    connection.send(['a']);
    connection.send(['b']);
  });
  server.close();
  rmSync(folder, { recursive: true });
  assert.deepEqual(reads, [spec.greeting + spec.ready_sub.bytes, '0001610001' + '62', spec.ping.pong]);
  assert.deepEqual(got, [['hello', '', 'world']]);
});
