import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matches } from '../events.js';
import { kernelWith } from './orchestrator.js';

test('patterns match segment by segment', () => {
  for (const [pattern, event, wanted] of [
    ['a:b', 'a:b', true], ['a:*', 'a:b', true], ['a:*', 'a:b:c', false], ['a:**', 'a:b:c', true], ['a:**', 'a', true],
    ['*:b', 'a:b', true], ['a', 'a:b', false], ['a:b:c', 'a:b', false], ['**', 'x:y', true],
  ]) assert.equal(matches(pattern, event), wanted, `${pattern} ${event}`);
});

test('an event runs all handlers in one frame, and one error does not keep the others', async (context) => {
  const kernel = await kernelWith(context, `
    import { on } from 'parley';
    on('a:b', ({ n }) => { console.log('one', n); if (n > 1) throw new Error('first') });
    on('a:b', async (event) => { event.n = 0; console.log('two') });
    on('a:b', ({ n }) => { console.log('three', n); if (n > 1) throw new Error('second') });
  `);
  const event = kernel.publish('a:b', { n: 1 });
  const reply = await kernel.reply(event);
  assert.deepEqual([reply.outcome, reply.content], ['ok', { handlers: 3 }]);
  assert.equal(kernel.printed(event), 'one 1\ntwo\nthree 1\n');
  const failed = await kernel.reply(kernel.publish('a:b', { n: 2 }));
  assert.deepEqual([failed.outcome, failed.content.message, failed.content.errors.length], ['handler_error', 'first', 2]);
});

test('with grants an event asks first', async (context) => {
  const kernel = await kernelWith(context, `
    import { on, context } from 'parley';
    on('a:b', () => console.log(context().event, context().emitter));
  `, { grants: true });
  const event = kernel.publish('a:b', {});
  await kernel.reply(event);
  const types = kernel.messages.filter((one) => one.parent === event).map((one) => one.type);
  assert.deepEqual(types, ['event_start', 'stream', 'event_reply']);
});

test('what is missing is reported, once', async (context) => {
  const kernel = await kernelWith(context, `import { on } from 'parley'; on('a:b', () => {});`);
  for (const sequence of [4, 5, 9]) await kernel.reply(kernel.publish('a:b', {}, sequence));
  const gap = await kernel.wait((one) => one.type === 'event_gap');
  assert.deepEqual(gap.content, { event: 'a:b', missed: 3 });
  for (let i = 0; i < 2; i++) kernel.send('ping', '{}', {}, { events: { 'a:b': 11, 'never:seen': 5 } });
  await kernel.wait((one) => one.type === 'event_gap' && one.content.missed === 2);
  assert.deepEqual((await kernel.wait((one) => one.type === 'pong')).content, { frames: 0 });
  await new Promise((resolve) => setTimeout(resolve, 250));
  assert.equal(kernel.messages.filter((one) => one.type === 'event_gap').length, 2);
});

test('a topic with the wrong key is dropped', async (context) => {
  const kernel = await kernelWith(context, `import { on } from 'parley'; on('a:b', () => {}); on('a:c', () => {});`);
  const wrong = { ...kernel.topics.get('a:b'), signer: kernel.topics.get('a:c').signer };
  kernel.send('event', '{}', { event: 'a:b', sequence: 1 }, {}, { topic: wrong });
  const dropped = await kernel.wait((one) => one.type === 'log');
  assert.equal(dropped.content.fields.code, 'bad_signature');
  assert.equal((await kernel.reply(kernel.publish('a:c'))).outcome, 'ok');
});

test('registrations can be made and taken back at any time', async (context) => {
  const kernel = await kernelWith(context, `
    import { on, provide, emit } from 'parley';
    provide('go', async () => {
      const subscription = await on('late:event', () => {}).ready;
      const registration = await provide('late.method', () => {}).ready;
      for (let i = 0; i < 2; i++) { subscription.dispose(); registration.dispose() }
      return emit('x:y', {});
    });
  `);
  assert.equal((await kernel.call('go')).content.value, 3);
  const sent = kernel.messages.map((one) => one.type).filter((type) => /subscribe|provide|withdraw/.test(type));
  assert.deepEqual(sent, ['provide', 'subscribe', 'provide', 'unsubscribe', 'withdraw']);
});

test('events wait until the plugin has started, and hooks run in their order', async (context) => {
  const kernel = await kernelWith(context);
  kernel.services.hold = () => {
    kernel.publish('a:b');
    return { value: null };
  };
  await kernel.load(`
    import { on, onStart, onStop, call } from 'parley';
    on('a:b', () => console.log('event'));
    onStart(async () => { await call('hold'); console.log('started') });
    onStop(() => console.log('first')); onStop(() => console.log('second'));
  `);
  await kernel.wait((one) => one.type === 'event_reply');
  const stopped = kernel.send('unload_plugin', '{}', {}, {});
  assert.equal((await kernel.reply(stopped)).outcome, 'ok');
  assert.equal(kernel.messages.filter((one) => one.type === 'stream').map((one) => one.content.text).join(''), 'started\nevent\nsecond\nfirst\n');
});
