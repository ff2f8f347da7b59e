import { ParleyError, log, provide, storage } from 'parley';

async function attempt(action) {
  try {
    return await action();
  } catch (error) {
    if (error instanceof ParleyError) return { error: error.code };
    throw error;
  }
}

const watches = [];

provide('__plugin__.echo', async ({ value }) => value);

provide('__plugin__.get', async ({ key, fallback = null }) => await attempt(() => storage.get(key, fallback)));

provide('__plugin__.entry', async ({ key }) => {
  const found = await storage.entry(key);
  return found ? [found.value, found.version] : null;
});

provide('__plugin__.set', async ({ key, value }) => await attempt(() => storage.set(key, value)));

provide('__plugin__.delete', async ({ key }) => await attempt(() => storage.delete(key)));

provide('__plugin__.list', async ({ prefix }) =>
  (await storage.list(prefix)).map(({ key, value, version }) => [key, value, version]));

provide('__plugin__.swap', async ({ key, value, version }) =>
  (await storage.compareAndSet(key, value, version)) ?? null);

provide('__plugin__.watch', async ({ prefix }) => {
  const watch = storage.watch(prefix, ({ key, value, deleted }) => {
    if (deleted) log(`gone ${key}`);
    else log(`changed ${key}`, { value });
  });
  await watch.ready;
  watches.push(watch);
  return null;
});

provide('__plugin__.unwatch', async () => {
  await watches.pop().dispose();
  return null;
});

provide('__plugin__.put', async ({ value }) => await storage.putBlob(value));

provide('__plugin__.read', async ({ reference }) => await attempt(() => storage.getBlob(reference)));
