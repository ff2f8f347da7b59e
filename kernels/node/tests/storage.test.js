import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kernelWith } from './orchestrator.js';
import { Store } from './store.js';

/** A kernel whose method `run` does what the code says, with a store. */
async function stored(context, code, before = '') {
  const kernel = await kernelWith(context);
  const store = new Store(kernel);
  const reply = await kernel.load(`
    import { provide, storage } from 'parley';
    ${before}
    provide('run', async (params) => { ${code} });
  `);
  assert.equal(reply.outcome, 'ok', reply.content.message);
  return { kernel, store };
}
const asked = (kernel) => kernel.sent('storage_request').map((one) => one.content);

test('values are set, read, listed and deleted', async (context) => {
  const { kernel } = await stored(context, `
    return [
      await storage.get('a'), await storage.get('a', 5), await storage.set('a', { n: [1, null] }), await storage.get('a', 5),
      await storage.entry('a'), await storage.entry('b'), await storage.set('b', null), await storage.get('b', 5),
      await storage.list('a'), (await storage.list()).length, await storage.delete('a'), await storage.delete('a'),
    ].map((one) => one === undefined ? 'nothing' : one);
  `);
  const request = kernel.request('run');
  const entry = { key: 'a', value: { n: [1, null] }, version: 1 };
  assert.deepEqual((await kernel.reply(request)).content.value, [
    'nothing', 5, 1, { n: [1, null] }, entry, 'nothing', 2, null, [entry], 2, true, false,
  ]);
  assert.deepEqual(asked(kernel).slice(0, 3), [{ op: 'get', key: 'a' }, { op: 'get', key: 'a' }, { op: 'set', key: 'a', value: { n: [1, null] } }]);
  assert.deepEqual(asked(kernel).slice(-4), [{ op: 'list', prefix: 'a' }, { op: 'list', prefix: '' }, { op: 'delete', key: 'a' }, { op: 'delete', key: 'a' }]);
  for (const { parent, metadata } of kernel.sent('storage_request')) assert.deepEqual([parent, metadata], [request, {}]);
});

test('compareAndSet gives the new version, or nothing when another was there', async (context) => {
  const { kernel, store } = await stored(context, `
    const { version } = await storage.entry('a');
    const given = [await storage.compareAndSet('a', 2, version), await storage.compareAndSet('a', 3, version), await storage.compareAndSet('new', 1, 0)];
    return [...given.map((one) => one ?? 'nothing'), await storage.get('a'), await storage.compareAndSet('a', 1).catch((e) => e.name)];
  `);
  store.change('a', 1);
  assert.deepEqual((await kernel.call('run')).content.value, [2, 'nothing', 3, 2, 'TypeError']);
  assert.deepEqual(asked(kernel).filter((one) => one.op === 'compare_and_set')[2], { op: 'compare_and_set', key: 'new', value: 1, version: 0 });
});

test('bytes are kept as blobs, which are found by their reference', async (context) => {
  const { kernel } = await stored(context, `
    const reference = await storage.putBlob(Uint8Array.of(1, 2, 255));
    const found = await storage.getBlob(reference);
    const again = await storage.getBlob(reference.blob);
    const tries = await Promise.all([storage.getBlob('sha256:none'), storage.putBlob('text'), storage.getBlob(5)].map((one) => one.catch((e) => e.code ?? e.message)));
    return [reference, found, again, ...tries];
  `);
  const bytes = Buffer.from([1, 2, 255]);
  const { content } = await kernel.call('run');
  assert.deepEqual(content.value, [
    { blob: 'sha256:1', size: 3 }, bytes, bytes, 'no_provider', 'storage.putBlob() wants bytes, as a Uint8Array; of a text, Buffer.from(text)',
    'storage.getBlob() wants what putBlob() returned',
  ]);
  const [put, get] = kernel.sent('storage_request');
  assert.deepEqual([put.metadata, put.content], [{ buffer_paths: [['value']] }, { op: 'blob_put', value: bytes }]);
  assert.deepEqual(get.content, { op: 'blob_get', blob: 'sha256:1' });
});

test('what cannot be stored is refused unsent, with the path within the value', async (context) => {
  const { kernel } = await stored(context, `
    const tries = [
      () => storage.set('a', { rows: [new Date()] }), () => storage.set('a', { images: [0, Buffer.from('x')] }), () => storage.set('a'),
      () => storage.set('a', 'x'.repeat(2e6)), () => storage.set(5, 1), () => storage.list(5),
    ];
    return Promise.all(tries.map((one) => one().catch((e) => e.path ?? e.code ?? e.message)));
  `);
  assert.deepEqual((await kernel.call('run')).content.value, [
    '$.rows[0]', '$.images[1]', '$', 'too_large', 'the key of a stored value is text', 'the prefix of a stored value is text',
  ]);
  assert.deepEqual(asked(kernel), []);
});

test('a refusal is an error of its kind, at the line that asked', async (context) => {
  const { kernel } = await stored(context, `
    await storage.set('global:theme', 1)`);
  for (const [outcome, ename] of [
    ['permission_denied', 'PermissionDenied'], ['invalid_payload', 'InvalidPayload'], ['too_large', 'TooLarge'], ['unavailable', 'Unavailable'],
  ]) {
    kernel.answers.storage_request = () => [{ outcome }, { message: 'refused' }];
    const { content } = await kernel.call('run');
    assert.deepEqual([content.ename, content.cause.outcome, content.frames.at(-1).line], [ename, outcome, 5]);
  }
});

test('cancelling a frame that waits for the store ends it', async (context) => {
  const { kernel } = await stored(context, `return storage.get('a');`);
  kernel.answers.storage_request = () => undefined;
  const request = kernel.request('run');
  await kernel.wait((one) => one.type === 'storage_request');
  kernel.send('cancel', request, { frame: JSON.parse(request).msg_id }, { reason: 'timeout' });
  assert.equal((await kernel.reply(request)).outcome, 'cancelled');
});

test('values as deep as they may be come back from a list', async (context) => {
  const { kernel, store } = await stored(context, `
    let depth = 0;
    for (let at = (await storage.list())[0].value; at; at = at.a) depth++;
    return depth;
  `);
  let deep = {};
  for (let i = 1; i < 128; i++) deep = { a: deep };
  store.change('deep', deep);
  assert.equal((await kernel.call('run')).content.value, 128);
});

const WATCH = `
  import { call } from 'parley';
  let watch = storage.watch('cart:', async ({ key, value, version, deleted }) => {
    console.log('begins', key, value, version, deleted);
    if (value === 'slow') await call('slow');
    if (value === 'fails') throw new RangeError('bad cart');
    console.log('ends', key);
  });
  storage.watch('', ({ key }) => console.log('all', key));`;
const lines = (kernel) => kernel.printed().split('\n').filter(Boolean);
const printed = (kernel, line) => kernel.wait((one) => one.type === 'stream' && one.content.text.includes(line));

test('a watch is told of each change, one after the other in the order of change', async (context) => {
  const { kernel, store } = await stored(context, `return await storage.set('cart:2', params.value);`, WATCH);
  let release;
  kernel.services.slow = (_, header) => void (release = header);
  assert.deepEqual(asked(kernel).map(({ op, prefix }) => [op, prefix]), [['watch', 'cart:'], ['watch', '']]);
  store.change('cart:1', 'slow');
  assert.equal((await kernel.call('run', { value: 'quick' })).content.value, 2);
  store.change('other', 1);
  store.change('cart:1', undefined);
  const called = await kernel.wait((one) => one.type === 'call_request');
  assert.equal(called.parent, '{}');
  assert.deepEqual(lines(kernel), ['begins cart:1 slow 1 false']);
  kernel.send('call_reply', release, { outcome: 'ok' }, { value: null });
  await kernel.wait(() => lines(kernel).length === 10);
  assert.deepEqual(lines(kernel), [
    'begins cart:1 slow 1 false', 'ends cart:1', 'all cart:1', 'begins cart:2 quick 2 false', 'ends cart:2', 'all cart:2',
    'all other', 'begins cart:1 undefined 4 true', 'ends cart:1', 'all cart:1',
  ]);
});

test('an error of a watch is logged with its frames, and the next change comes all the same', async (context) => {
  const { kernel, store } = await stored(context, 'return 1;', WATCH);
  store.change('cart:1', 'fails');
  store.change('cart:2', 'fine');
  const { parent, content } = await kernel.wait((one) => one.type === 'log');
  assert.deepEqual([parent, content.level], ['{}', 'error']);
  assert.equal(content.message, 'a handler of storage.watch(cart:) failed at cart:1: RangeError: bad cart');
  assert.deepEqual(content.fields.frames.map((one) => one.line), [8]);
  await printed(kernel, 'ends cart:2');
  assert.equal((await kernel.call('run')).content.value, 1);
});

test('a watch that is disposed of is told nothing more; twice is fine', async (context) => {
  const { kernel, store } = await stored(context, 'watch.dispose(); watch.dispose(); return 1;', WATCH);
  let release;
  kernel.services.slow = (_, header) => void (release = header);
  store.change('cart:1', 'slow');
  store.change('cart:2', 'waits');
  await kernel.wait((one) => one.type === 'call_request');
  await kernel.call('run');
  kernel.send('call_reply', release, { outcome: 'ok' }, { value: null });
  await printed(kernel, 'all cart:2');
  assert.deepEqual(lines(kernel), ['begins cart:1 slow 1 false', 'ends cart:1', 'all cart:1', 'all cart:2']);
  const [{ watch }] = asked(kernel);
  const unwatched = kernel.sent('storage_request').filter((one) => one.content.op === 'unwatch');
  assert.deepEqual(unwatched.map((one) => one.content), [{ op: 'unwatch', watch }]);
});

test('a watch whose frame is cancelled before it is confirmed is taken back', async (context) => {
  const { kernel } = await stored(context, `await storage.watch('a', () => {}).ready;`);
  kernel.answers.storage_request = () => undefined;
  const request = kernel.request('run');
  const { content: { watch } } = await kernel.wait((one) => one.type === 'storage_request');
  kernel.send('cancel', request, { frame: JSON.parse(request).msg_id }, { reason: 'timeout' });
  assert.equal((await kernel.reply(request)).outcome, 'cancelled');
  await kernel.wait((one) => one.content.op === 'unwatch' && one.content.watch === watch);
});

test('changes that nobody watches, and broken ones, harm nothing', async (context) => {
  const { kernel } = await stored(context, 'return 1;', WATCH);
  kernel.send('storage_changed', '{}', {}, { watch: 'gone', key: 'a', version: 1, value: 1 });
  const broken = kernel.send('storage_changed', '{}', {}, '[1');
  await kernel.wait((one) => one.type === 'error' && one.parent === broken);
  assert.equal((await kernel.call('run')).content.value, 1);
  assert.deepEqual(lines(kernel), []);
});

test('nothing of a watch stays when the plugin is unloaded', async (context) => {
  const { kernel, store } = await stored(context, 'return 1;', WATCH);
  assert.equal((await kernel.ask('unload_plugin', {}, {})).outcome, 'ok');
  store.change('cart:1', 'late');
  await kernel.ask('execute_request', {}, { code: '0' });
  assert.deepEqual(lines(kernel), []);
});

test('a watch is confirmed by its promise; a refused one is a failed load, or a rejected promise', async (context) => {
  const { kernel } = await stored(context, `
    const given = storage.watch(params.prefix, () => {});
    try { await given.ready; return 'confirmed' } catch (e) { return e.name } finally { given.dispose() }
  `);
  const answer = kernel.answers.storage_request;
  assert.equal((await kernel.call('run', { prefix: 'a' })).content.value, 'confirmed');
  kernel.answers.storage_request = (message) => (message.content.prefix === 'global:'
    ? [{ outcome: 'permission_denied' }, { message: 'not allowed', permission: 'storage:read:global:' }] : answer(message));
  assert.equal((await kernel.call('run', { prefix: 'global:' })).content.value, 'PermissionDenied');
  assert.deepEqual(asked(kernel).map((one) => one.op), ['watch', 'unwatch', 'watch']);
  const loaded = await kernel.load(`import { storage } from 'parley';\n\nstorage.watch('global:', () => {});`, { name: 'second.mjs' });
  assert.deepEqual([loaded.outcome, loaded.content.ename, loaded.content.frames[0].line], ['handler_error', 'PermissionDenied', 3]);
});
