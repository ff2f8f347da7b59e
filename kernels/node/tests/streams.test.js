import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kernelWith } from './orchestrator.js';

const PLUGIN = `
  import { provide, stream } from 'parley';
  provide('count', async function* ({ n }) { try { for (let i = 0; i < n; i++) yield i } finally { console.log('closed') } });
  provide('plain', () => [1, 2]);
  provide('sync', function* () { yield Buffer.from('a') });
  provide('bad', async function* () { yield 1; yield new Set() });
  provide('sum', async ({ stop }) => { let sum = 0; for await (const x of stream('numbers', {}, { window: 4 })) { sum += x; if (x === stop) break } return sum });
`;
const items = (kernel, request) => kernel.messages.filter((one) => one.type === 'yield_item' && one.parent === request);
const streamed = { metadata: { stream: true, credit: 3 } };

test('a producer waits for credit', async (context) => {
  const kernel = await kernelWith(context, PLUGIN);
  const request = kernel.request('count', { n: 5 }, streamed);
  await kernel.wait((one) => one.type === 'credit_wait' && one.parent === request);
  assert.deepEqual(items(kernel, request).map((one) => [one.metadata.sequence, one.content.value]), [[0, 0], [1, 1], [2, 2]]);
  kernel.send('credit', request, { credit: 10 }, {});
  const reply = await kernel.reply(request);
  assert.deepEqual(reply.content, { value: null });
  assert.equal(items(kernel, request).length, 5);
  assert.equal(kernel.printed(request), 'closed\n');
  assert.equal(kernel.messages.filter((one) => one.type === 'credit_wait').length, 1);
});

test('a cancelled producer runs its finally', async (context) => {
  const kernel = await kernelWith(context, PLUGIN);
  const request = kernel.request('count', { n: 1e9 }, streamed);
  await kernel.wait((one) => one.type === 'credit_wait');
  kernel.send('cancel', request, { frame: JSON.parse(request).msg_id }, { reason: 'cancelled' });
  assert.equal((await kernel.reply(request)).outcome, 'cancelled');
  assert.equal(kernel.printed(request), 'closed\n');
});

test('what is no stream, or is one, is told apart', async (context) => {
  const kernel = await kernelWith(context, PLUGIN);
  const called = await kernel.call('count', { n: 1 });
  assert.deepEqual([called.outcome, called.content.message], ['invalid_reply', 'count yields a stream: read it with stream()']);
  const read = await kernel.call('plain', {}, streamed);
  assert.deepEqual([read.outcome, read.content.message], ['invalid_reply', 'plain does not yield: call it with call()']);
  assert.equal((await kernel.call('bad', {}, streamed)).outcome, 'not_serializable');
  const request = kernel.request('sync', {}, streamed);
  await kernel.reply(request);
  assert.deepEqual(items(kernel, request)[0].content.value, Buffer.from('a'));
});

test('a reader gives credit when half of its window is read, and cancels when it stops', async (context) => {
  const kernel = await kernelWith(context, PLUGIN, { services: {
    numbers: (_, header) => {
      for (let i = 0; i < 4; i++) kernel.send('yield_item', header, { sequence: i }, { value: i });
    },
  } });
  const whole = kernel.request('sum', {});
  const credit = await kernel.wait((one) => one.type === 'credit');
  assert.equal(credit.metadata.credit, 2);
  const call = kernel.messages.find((one) => one.type === 'call_request');
  assert.deepEqual([call.metadata.stream, call.metadata.credit], [true, 4]);
  kernel.send('yield_item', call.header, { sequence: 4 }, { value: 100 });
  kernel.send('call_reply', call.header, { outcome: 'ok' }, { value: null });
  assert.equal((await kernel.reply(whole)).content.value, 106);
  assert.ok(!kernel.messages.some((one) => one.type === 'cancel'));
  assert.equal((await kernel.call('sum', { stop: 1 })).content.value, 1);
  await kernel.wait((one) => one.type === 'cancel');
});
