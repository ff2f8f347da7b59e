import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kernelWith } from './orchestrator.js';

test('a directed event runs just the handlers that it names, in order of subscription', async (context) => {
  const kernel = await kernelWith(context, `
    import { on } from 'parley';
    for (const name of ['one', 'two', 'three']) on('a:*', () => console.log(name));
    on('c:d', () => console.log('other'));
  `);
  const [one, two, three] = kernel.sent('subscribe').map((message) => message.content.subscription);
  const named = kernel.direct('a:b', {}, { subscriptions: [three, one, 'gone'] });
  assert.deepEqual((await kernel.reply(named)).content, { handlers: 2 });
  assert.equal(kernel.printed(named), 'one\nthree\n');
  const all = kernel.direct('a:b');
  await kernel.reply(all);
  assert.equal(kernel.printed(all), 'one\ntwo\nthree\n');
  const single = kernel.direct('a:b', {}, { subscriptions: [two] });
  await kernel.reply(single);
  assert.equal(kernel.printed(single), 'two\n');
});

test('a directed event asks first, and has no part in the sequence numbers', async (context) => {
  const kernel = await kernelWith(context, `import { on } from 'parley'; on('a:b', ({ n }) => console.log(n));`, { grants: true });
  await kernel.reply(kernel.publish('a:b', { n: 1 }));
  const event = kernel.direct('a:b', { n: 2 }, { sequence: 40 });
  await kernel.reply(event);
  assert.deepEqual(kernel.messages.filter((one) => one.parent === event).map((one) => one.type), ['event_start', 'stream', 'event_reply']);
  await kernel.reply(kernel.publish('a:b', { n: 3 }, 2));
  assert.deepEqual(kernel.sent('event_gap'), []);
});

test('context tells an attempt, its event and whether it is a retained value', async (context) => {
  const kernel = await kernelWith(context, `
    import { on, context } from 'parley';
    on('a:b', (_, { event_id, attempt, retained }) => console.log(event_id, attempt, retained, context().retained === retained));
  `);
  const event = kernel.direct('a:b', {}, { event_id: 'same', attempt: 3, retained: true });
  await kernel.reply(event);
  assert.equal(kernel.printed(event), 'same 3 true true\n');
  const plain = kernel.publish('a:b');
  await kernel.reply(plain);
  assert.equal(kernel.printed(plain), 'e-1 1 false true\n');
});

test('directed events wait until the plugin has started', async (context) => {
  const kernel = await kernelWith(context);
  kernel.services.hold = () => {
    kernel.direct('a:b');
    return { value: null };
  };
  await kernel.load(`
    import { on, onStart, call } from 'parley';
    on('a:b', () => console.log('event'));
    onStart(async () => { await call('hold'); console.log('started') });
  `);
  await kernel.wait((one) => one.type === 'event_reply');
  assert.equal(kernel.sent('stream').map((one) => one.content.text).join(''), 'started\nevent\n');
});

test('a handler hands an event back, or rejects it', async (context) => {
  const kernel = await kernelWith(context, `
    import { on, Nack, ParleyError, Reject } from 'parley';
    on('a:b', ({ what }) => {
      if (what === 'later') throw new Nack(2.5, { cause: new Error('busy') });
      if (what === 'soon') throw new Nack(0);
      if (what === 'sometime') throw new Nack();
      if (what === 'never') throw new Reject('no such order');
      if (what === 'wrong') throw new Nack('5s');
      if (what === 'caught') try { throw new Reject('still') } catch (e) { if (e instanceof ParleyError) return; throw e }
      if (what === 'fails') throw new Error('plain');
    });
  `);
  const reply = async (what) => kernel.reply(kernel.direct('a:b', { what }));
  for (const [what, metadata, ename, message] of [
    ['later', { disposition: 'nack', delay: 2.5 }, 'Nack', /hands the event back, for 2\.5 s/],
    ['soon', { disposition: 'nack', delay: 0 }, 'Nack', /./],
    ['sometime', { disposition: 'nack' }, 'Nack', /hands the event back/],
    ['never', { disposition: 'reject' }, 'Reject', /^no such order$/],
    ['caught', { disposition: 'reject' }, 'Reject', /^still$/],
    ['wrong', {}, 'TypeError', /wants a delay in seconds/],
    ['fails', {}, 'Error', /^plain$/],
  ]) {
    const given = await reply(what);
    assert.deepEqual(given.metadata, { outcome: 'handler_error', ...metadata }, what);
    assert.equal(given.content.ename, ename, what);
    assert.match(given.content.message, message, what);
    if (what === 'later') assert.equal(given.content.cause.message, 'busy');
    if (what === 'never') assert.equal(given.content.frames[0].line, 7);
  }
  assert.deepEqual((await reply('nothing')).metadata, { outcome: 'ok' });
});

test('of several failures rejecting goes first, then handing back, whatever their order; of a broadcast too', async (context) => {
  const kernel = await kernelWith(context, `
    import { on, Nack, Reject } from 'parley';
    for (const i of [0, 1, 2]) on('a:b', ({ what }) => {
      if (what[i] === 'nack') throw new Nack(i + 1);
      if (what[i] === 'reject') throw new Reject('never ' + i);
      if (what[i] === 'error') throw new Error('error ' + i);
    });
  `);
  for (const [what, metadata, message, count] of [
    [['error', 'nack', 'reject'], { disposition: 'reject' }, 'never 2', 3],
    [['nack', 'reject', 'error'], { disposition: 'reject' }, 'never 1', 3],
    [['error', 'ok', 'nack'], { disposition: 'nack', delay: 3 }, 'the handler hands the event back, for 3 s', 2],
    [['nack', 'nack', 'ok'], { disposition: 'nack', delay: 1 }, 'the handler hands the event back, for 1 s', 2],
    [['ok', 'error', 'error'], {}, 'error 1', 2],
  ]) {
    for (const event of [kernel.direct('a:b', { what }), kernel.publish('a:b', { what })]) {
      const { metadata: given, content } = await kernel.reply(event);
      assert.deepEqual(given, { outcome: 'handler_error', ...metadata }, what.join());
      assert.equal(content.message, message, what.join());
      assert.equal(content.errors.length, count, what.join());
    }
  }
});

test('a cancelled handler can still hand its event back', async (context) => {
  const kernel = await kernelWith(context, `
    import { on, call, Nack } from 'parley';
    on('a:b', async () => { try { await call('never') } catch (cause) { throw new Nack(1, { cause }) } });
    on('a:c', () => call('never'));
  `, { services: { never: () => undefined } });
  for (const [event, metadata] of [
    ['a:b', { outcome: 'handler_error', disposition: 'nack', delay: 1 }], ['a:c', { outcome: 'cancelled' }],
  ]) {
    const header = kernel.direct(event);
    await kernel.wait((one) => one.type === 'call_request' && one.parent === header);
    kernel.send('cancel', header, { frame: JSON.parse(header).msg_id }, { reason: 'timeout' });
    assert.deepEqual((await kernel.reply(header)).metadata, metadata);
  }
});

test('a subscription asks for its shape, and gets what is addressed to it', async (context) => {
  const kernel = await kernelWith(context, `
    import { on } from 'parley';
    on('a:b', (items) => console.log('batch', items.map((one) => one.n ?? one.data[0])), { batch: { window: 0.5, max: 100 } });
    on('a:b', ({ n }) => console.log('plain', n), {});
    on('a:b', ({ n }) => console.log('last', n), { latest: { key: '/id', interval: 1 } });
    on('a:b', () => {}, { debounce: { wait: 0.1, maxWait: 2 } });
    on('a:b', () => {}, { throttle: { interval: 3 } });
    on('a:b', () => {}, { batch: { window: 1 } });
  `);
  const asked = kernel.sent('subscribe').map((one) => one.content);
  assert.deepEqual(asked.map((one) => one.shape), [
    { batch: { window: 0.5, max: 100 } }, undefined, { latest: { key: '/id', interval: 1 } },
    { debounce: { wait: 0.1, max_wait: 2 } }, { throttle: { interval: 3 } }, { batch: { window: 1 } },
  ]);
  const items = [{ n: 1 }, { data: null }, { n: 3 }];
  const paths = { buffer_paths: [['items', 1, 'data']] };
  const batch = kernel.direct('a:b', { items }, { batch: true, subscriptions: [asked[0].subscription], ...paths }, { buffers: [Buffer.from([2])] });
  assert.deepEqual((await kernel.reply(batch)).content, { handlers: 1 });
  assert.equal(kernel.printed(batch), 'batch [ 1, 2, 3 ]\n');
  const last = kernel.direct('a:b', { n: 4 }, { subscriptions: [asked[2].subscription] });
  await kernel.reply(last);
  assert.equal(kernel.printed(last), 'last 4\n');
  // What is addressed to nobody, and what is broadcast, is for those without a shape.
  for (const event of [kernel.direct('a:b', { n: 5 }), kernel.publish('a:b', { n: 5 })]) {
    await kernel.reply(event);
    assert.equal(kernel.printed(event), 'plain 5\n');
  }
});

test('a batch of payloads as deep as they may be is read', async (context) => {
  const kernel = await kernelWith(context, `
    import { on } from 'parley';
    on('a:b', ([one]) => { let depth = 0; for (let at = one; at; at = at.a) depth++; console.log(depth) }, { batch: { window: 1 } });
  `);
  const [{ content: { subscription } }] = kernel.sent('subscribe');
  const deep = `${'{"a":'.repeat(127)}{}${'}'.repeat(127)}`;
  const event = kernel.direct('a:b', `{"items":[${deep}]}`, { batch: true, subscriptions: [subscription] });
  await kernel.reply(event);
  assert.equal(kernel.printed(event), '128\n');
});

test('wrong options of on are an error at their line that names the right ones', async (context) => {
  const kernel = await kernelWith(context, `
    import { on, provide } from 'parley';
    provide('tries', ({ options }) => {
      try { on('a:b', () => {}, options) } catch (e) { return e.name + ': ' + e.message }
    });
  `);
  for (const [options, wanted] of [
    [{ batching: {} }, "TypeError: on(a:b, …) has no option 'batching'; it takes 'batch', 'debounce', 'throttle' and 'latest'"],
    [{ batch: { window: 1 }, throttle: { interval: 1 } }, "TypeError: on(a:b, …) takes one of 'batch', 'debounce', 'throttle' and 'latest', not several"],
    [{ batch: { window: 1, size: 2 } }, "TypeError: 'batch' of on(a:b, …) has no option 'size'; it takes 'window' and 'max'"],
    [{ batch: { max: 2 } }, "TypeError: 'batch' of on(a:b, …) wants as 'window' a time in seconds above 0"],
    [{ batch: { window: 1, max: 0.5 } }, "TypeError: 'batch' of on(a:b, …) wants as 'max' a whole number from 1"],
    [{ debounce: 0.3 }, "TypeError: 'debounce' of on(a:b, …) takes its options as an object with 'wait' and 'maxWait'"],
    [{ debounce: { wait: 1, max_wait: 2 } }, "TypeError: 'debounce' of on(a:b, …) has no option 'max_wait'; it takes 'wait' and 'maxWait'"],
    [{ throttle: { interval: -1 } }, "TypeError: 'throttle' of on(a:b, …) wants as 'interval' a time in seconds above 0"],
    [{ latest: { interval: 1, key: 'id' } }, "TypeError: 'latest' of on(a:b, …) wants as 'key' a JSON pointer into the payload, such as '/id'"],
    [null, "TypeError: on(a:b, …) takes its options as an object with 'batch', 'debounce', 'throttle' and 'latest'"],
  ]) assert.equal((await kernel.call('tries', { options })).content.value, wanted);
  assert.deepEqual(kernel.sent('subscribe'), []);
  const reply = await (await kernelWith(context)).load(`import { on } from 'parley';\n\non('a:b', () => {}, { debounced: {} });`);
  assert.deepEqual([reply.outcome, reply.content.frames[0].line], ['handler_error', 3]);
});
