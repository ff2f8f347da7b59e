import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kernelWith } from './orchestrator.js';

const failing = () => ({
  outcome: 'handler_error',
  error: { message: 'division by zero', ename: 'ZeroDivisionError', evalue: 'division by zero', traceback: ['…'], frames: [{ plugin: 'stats', language: 'python', file: '/p/stats.py', line: 7, function: 'mean' }] },
});

test('the kernel says hello, and ends when it is told to', async (context) => {
  const kernel = await kernelWith(context);
  const { content } = kernel.messages[0];
  assert.deepEqual(content.protocol_versions, ['1.0']);
  assert.equal(content.language_info.version, process.versions.node);
  assert.equal(await kernel.stop(), 0);
});

test('a method is called, with and without await', async (context) => {
  const kernel = await kernelWith(context, `
    import { provide } from 'parley';
    provide('plain', ({ x }) => ({ x }));
    provide('async', async ({ x }) => { await null; return x; });
    provide('nothing', () => {});
    provide('bytes', ({ data }) => [data.length, data.reverse()]);
  `);
  assert.deepEqual((await kernel.call('plain', { x: [1, null, 'ü'] })).content, { value: { x: [1, null, 'ü'] } });
  assert.deepEqual((await kernel.call('async', { x: false })).content, { value: false });
  assert.deepEqual((await kernel.call('nothing')).content, { value: null });
  const reply = await kernel.call('bytes', { data: null }, { metadata: { buffer_paths: [['data']] }, buffers: [Buffer.from([1, 2])] });
  assert.deepEqual(reply.content, { value: [2, Buffer.from([2, 1])] });
  assert.deepEqual(reply.metadata.buffer_paths, [['value', 1]]);
  assert.equal((await kernel.call('unknown')).outcome, 'no_provider');
});

test('a waiting handler is suspended, and any number of them at once', async (context) => {
  const waiting = [];
  const kernel = await kernelWith(context, `
    import { provide, call } from 'parley';
    provide('outer', async ({ n }) => n + await call('inner', { n }));
  `, { services: { inner: ({ n }, header) => void waiting.push([n, header]) } });
  const requests = [1, 2, 3].map((n) => kernel.request('outer', { n }));
  await kernel.wait((one) => one.type === 'call_request' && one.content.n === 3);
  await kernel.call('unknown');
  // Answered last to first: replies resume handlers in any order.
  for (const [n, header] of waiting.reverse()) kernel.send('call_reply', header, { outcome: 'ok' }, { value: n * 10 });
  for (const [i, request] of requests.entries()) assert.equal((await kernel.reply(request)).content.value, (i + 1) * 11);
  const calls = kernel.messages.filter((one) => one.type === 'call_request');
  assert.deepEqual(calls.map((one) => one.parent), requests);
});

test('an error has the frames of user code, outermost first', async (context) => {
  const kernel = await kernelWith(context, `import { provide } from 'parley';
    function inner() { throw new RangeError('too far') }
    provide('fails', async function outer() { await null; inner() });
  `);
  const { outcome, content } = await kernel.call('fails');
  assert.equal(outcome, 'handler_error');
  assert.equal(content.ename, 'RangeError');
  assert.deepEqual(content.frames, [
    { file: kernel.path('plugin.mjs'), line: 3, function: 'outer' },
    { file: kernel.path('plugin.mjs'), line: 2, function: 'inner' },
  ]);
});

test('an error of another language passes with the frames of both', async (context) => {
  const kernel = await kernelWith(context, `import { provide, call, HandlerError, NoProvider } from 'parley';
    provide('passes', async function passes() {
      await call('stats.mean') });
    provide('wraps', async () => { try { await call('stats.mean') } catch (cause) { throw new TypeError('mine', { cause }) } });
    provide('lost', async () => { await call('nobody.there') });
    provide('knows', async () => { try { await call('stats.mean') } catch (e) { return [e instanceof HandlerError, e.code, e.ename] } });
  `, { services: { 'stats.mean': failing } });
  const own = { file: kernel.path('plugin.mjs'), line: 3, function: 'passes' };
  const { content } = await kernel.call('passes');
  assert.deepEqual(content.frames, [own, failing().error.frames[0]]);
  assert.deepEqual([content.ename, content.evalue], ['ZeroDivisionError', 'division by zero']);
  const wrapped = (await kernel.call('wraps')).content;
  assert.deepEqual([wrapped.ename, wrapped.cause.ename, wrapped.cause.frames.at(-1).plugin], ['TypeError', 'ZeroDivisionError', 'stats']);
  const lost = (await kernel.call('lost')).content;
  assert.deepEqual([lost.ename, lost.cause.outcome], ['NoProvider', 'no_provider']);
  assert.deepEqual((await kernel.call('knows')).content.value, [true, 'handler_error', 'ZeroDivisionError']);
});

test('what cannot be sent is refused before it is sent', async (context) => {
  const kernel = await kernelWith(context, `
    import { provide, call, emit } from 'parley';
    provide('returns', () => ({ rows: [new Map()] }));
    provide('large', () => 'x'.repeat(2e6));
    const name = async (promise) => { try { await promise; return 'sent' } catch (e) { return e.name } };
    provide('sends', () => Promise.all([call('a.b', { f() {} }), call('a.b', [1]), call('a.b', { s: 'x'.repeat(2e6) }), call('a.b', {}, { timeout: 0 }), emit('a:b', { n: NaN })].map(name)));
  `);
  const refused = await kernel.call('returns');
  assert.deepEqual([refused.outcome, refused.content.path], ['not_serializable', '$.rows[0]']);
  const large = await kernel.call('large');
  assert.deepEqual([large.outcome, large.content.limit], ['too_large', 1 << 20]);
  const sent = (await kernel.call('sends')).content.value;
  assert.deepEqual(sent, ['NotSerializable', 'NotSerializable', 'TooLarge', 'Timeout', 'NotSerializable']);
  assert.ok(!kernel.messages.some((one) => one.type === 'call_request' || one.type === 'emit'));
});

test('a cancelled frame ends at its suspension point, and cleans up', async (context) => {
  const kernel = await kernelWith(context, `
    import { provide, call } from 'parley';
    import { setTimeout as sleep } from 'node:timers/promises';
    provide('waits', async () => { try { await call('never') } finally { console.log('cleaned'); await call('more').catch((e) => console.log(e.code)) } });
    provide('sleeps', async (_, { signal }) => { await sleep(60_000, null, { signal }) });
    provide('other', () => 'alive');
  `, { services: { never: () => undefined } });
  for (const method of ['waits', 'sleeps']) {
    const request = kernel.request(method);
    if (method === 'waits') await kernel.wait((one) => one.type === 'call_request');
    else await kernel.call('other');
    kernel.send('cancel', request, { frame: JSON.parse(request).msg_id }, { reason: 'timeout' });
    const reply = await kernel.reply(request);
    assert.deepEqual([reply.outcome, reply.content.reason], ['cancelled', 'timeout']);
    if (method === 'waits') assert.equal(kernel.printed(request), 'cleaned\ncancelled\n');
  }
  assert.equal(kernel.messages.filter((one) => one.type === 'call_request').length, 1);
  kernel.send('cancel', '{"msg_id":"gone"}', { frame: 'gone' }, { reason: 'late' });
  assert.equal((await kernel.call('other')).content.value, 'alive');
});

test('a call that is given up is cancelled', async (context) => {
  const kernel = await kernelWith(context, `
    import { provide, call } from 'parley';
    provide('gives.up', async () => {
      const abort = new AbortController();
      const answer = call('never', {}, { signal: abort.signal });
      abort.abort();
      try { await answer } catch (e) { return [e.name, e.cause.name] }
    });
  `, { services: { never: () => undefined } });
  assert.deepEqual((await kernel.call('gives.up')).content.value, ['Cancelled', 'AbortError']);
  const called = kernel.messages.find((one) => one.type === 'call_request');
  const cancel = await kernel.wait((one) => one.type === 'cancel');
  assert.equal(cancel.metadata.call, JSON.parse(called.header).msg_id);
});

test('context tells of the invocation, locks, progress and log go out for the frame', async (context) => {
  const kernel = await kernelWith(context, `
    import { provide, context, lock, progress, log, settings, call } from 'parley';
    provide('c', async (_, given) => {
      await lock('door', async () => progress(0.5, 'half'));
      log.warning('look', { n: 1n });
      const { plugin, method, caller, depth, tenant, deadline, cancelled } = context();
      return [given === context(), plugin, method, caller, depth, tenant, deadline > 29, cancelled, settings()];
    });
    provide('watches', async () => { const seen = []; await call('slow', {}, { onProgress: (...report) => seen.push(report) }); return seen });
  `, { services: { slow: (_, header) => { kernel.send('progress', header, {}, { fraction: 0.25, message: 'a quarter' }); return { value: 1 }; } } });
  const request = kernel.request('c');
  assert.deepEqual((await kernel.reply(request)).content.value, [true, 'tested', 'c', 'operator', 1, 'default', true, false, { colour: 'red' }]);
  const sent = kernel.messages.filter((one) => one.parent === request).map((one) => one.type);
  assert.deepEqual(sent, ['lock_request', 'progress', 'unlock', 'log', 'call_reply']);
  assert.deepEqual((await kernel.call('watches')).content.value, [[0.25, 'a quarter']]);
});
