import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kernelWith } from './orchestrator.js';

const OUTCOMES = { till: { outcome: 'ok' }, printer: { outcome: 'handler_error', message: 'no paper', ename: 'Jam' } };
const confirmed = () => [{ outcome: 'ok' }, { subscriptions: 2, event_id: 'e-7', confirmed: false, outcomes: OUTCOMES }];

test('a confirmation tells who has handled the event, and how', async (context) => {
  const kernel = await kernelWith(context, `
    import { emit, provide } from 'parley';
    provide('places', async ({ options }) => emit('order:placed', { id: 1 }, options));
  `);
  kernel.answers.emit = confirmed;
  const request = kernel.request('places', { options: { confirm: 'all', require: true, timeout: 2 } });
  const { content } = await kernel.reply(request);
  assert.deepEqual(content.value, { subscriptions: 2, event_id: 'e-7', confirmed: false, duplicate: false, outcomes: OUTCOMES });
  const [emitted] = kernel.sent('emit');
  assert.equal(emitted.parent, request);
  assert.deepEqual(emitted.metadata, { event: 'order:placed', confirm: 'all', require: true, timeout: 2 });
  assert.deepEqual(emitted.content, { id: 1 });
  for (const confirm of ['any', 3]) await kernel.call('places', { options: { confirm } });
  assert.deepEqual(kernel.sent('emit').slice(1).map((one) => one.metadata.confirm), ['any', 3]);
});

test('without confirm an event is only counted, and its message has nothing of it', async (context) => {
  const kernel = await kernelWith(context, `import { emit, provide } from 'parley'; provide('counts', () => emit('a:b', { n: 1 }));`);
  assert.equal((await kernel.call('counts')).content.value, 3);
  assert.deepEqual(kernel.sent('emit')[0].metadata, { event: 'a:b' });
});

test('an event that its emitter names is told apart from a duplicate', async (context) => {
  const kernel = await kernelWith(context, `
    import { emit, provide } from 'parley';
    provide('names', ({ options }) => emit('order:placed', {}, { eventId: 'order-17', ...options }));
  `);
  assert.equal((await kernel.call('names')).content.value, 3);
  assert.deepEqual(kernel.sent('emit')[0].metadata, { event: 'order:placed', event_id: 'order-17' });
  const reply = { subscriptions: 0, event_id: 'order-17', confirmed: false, duplicate: true, outcomes: {} };
  kernel.answers.emit = () => [{ outcome: 'ok' }, reply];
  assert.deepEqual((await kernel.call('names', { options: { confirm: 'all' } })).content.value, reply);
});

test('an event that must have a subscriber is an error without one', async (context) => {
  const kernel = await kernelWith(context, `
    import { emit, provide, NoProvider } from 'parley';
    provide('places', async () => {
      try { await emit('a:b', {}, { confirm: 'any', require: true }) } catch (e) { return [e instanceof NoProvider, e.message] }
    });
  `);
  kernel.answers.emit = () => [{ outcome: 'no_provider' }, { message: 'nobody subscribes to a:b', nearest: [] }];
  assert.deepEqual((await kernel.call('places')).content.value, [true, 'nobody subscribes to a:b']);
});

test('cancelling a frame that waits for a confirmation ends it', async (context) => {
  const kernel = await kernelWith(context, `import { emit, provide } from 'parley'; provide('waits', () => emit('a:b', {}, { confirm: 'all' }));`);
  kernel.answers.emit = () => undefined;
  const request = kernel.request('waits');
  await kernel.wait((one) => one.type === 'emit');
  kernel.send('cancel', request, { frame: JSON.parse(request).msg_id }, { reason: 'timeout' });
  assert.equal((await kernel.reply(request)).outcome, 'cancelled');
});

test('wrong options of emit are refused, unsent, and the right ones named', async (context) => {
  const kernel = await kernelWith(context, `
    import { emit, provide } from 'parley';
    const told = (options) => emit('a:b', {}, options).then(() => 'sent', (e) => e.name + ': ' + e.message);
    provide('tries', () => Promise.all([
      { confirmed: 'all' }, { confirm: 'some' }, { confirm: 0 }, { confirm: 1.5 }, { confirm: true }, { require: 1 }, 5, null,
      { confirm: 'all', timeout: 0 }, { eventId: 17 },
    ].map(told)));
  `);
  const told = (await kernel.call('tries')).content.value;
  assert.equal(told[0], "TypeError: emit() has no option 'confirmed'; it takes 'confirm', 'require', 'timeout' and 'eventId'");
  for (const text of told.slice(1, 5)) assert.match(text, /^TypeError: 'confirm' of emit\(\) is 'all', 'any' or a whole number/);
  assert.match(told[5], /'require' of emit\(\) is true or false/);
  for (const text of told.slice(6, 8)) assert.match(text, /emit\(\) takes its options as an object with 'confirm'/);
  assert.match(told[8], /^Timeout/);
  assert.match(told[9], /^TypeError: 'eventId' of emit\(\) is text/);
  assert.deepEqual(kernel.sent('emit'), []);
});
