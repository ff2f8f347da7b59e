/** A program that Parley did not start: what it is told when it cannot join. */

import assert from 'node:assert/strict';
import process from 'node:process';
import { test } from 'node:test';
import { Unavailable, attach, call, detach } from '../plugin.js';

const CONNECTION = {
  protocol: '1.0', kernel_id: 'k-1', transport: 'ipc', key: '00', max_message_bytes: 1 << 20,
  requests: 'ipc:///nowhere/r', events: 'ipc:///nowhere/e', signature_scheme: 'hmac-sha256',
};
const token = (connection) => `parley-${Buffer.from(JSON.stringify(connection)).toString('base64url')}`;

const refusal = (pattern) => (error) => {
  assert.ok(error instanceof Unavailable, String(error));
  assert.match(error.message, pattern);
  return true;
};

test('what is no token is refused with what mends it', async () => {
  const whole = token(CONNECTION);
  for (const wrong of ['parley-', 'x', whole.slice(0, 40), whole.slice('parley-'.length), token([1]), token({}), 'parley-!!!!']) {
    await assert.rejects(attach(wrong), refusal(/This is no token of Parley's.*parley attach --manifest/), wrong);
  }
});

test('without a token it says where one comes from', async () => {
  delete process.env.PARLEY_TOKEN;
  await assert.rejects(attach(), refusal(/PARLEY_TOKEN is not set/));
});

test('an orchestrator that has gone is told, and one may try again', async () => {
  for (let round = 0; round < 2; round++) {
    await assert.rejects(attach(token(CONNECTION)), refusal(/The orchestrator of this token cannot be reached/));
  }
});

test('a command that is not there is told', async () => {
  await assert.rejects(attach({ manifest: 'plugin.json', command: '/nowhere/parley' }), refusal(/`\/nowhere\/parley attach` gave no token/));
});

test('what needs an orchestrator says to attach first', async () => {
  await assert.rejects(call('a.b'), /await attach\(\)/);
  await detach(); // does nothing
});
