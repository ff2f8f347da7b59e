import { ParleyError, contributions, log, on, onStart, provide, services, waitFor } from 'parley';

let found = [];

onStart(async () => {
  try {
    found = await contributions('__plugin__.format');
  } catch (error) {
    log(`no point: ${error.code}`);
  }
});

on('service:available', async ({ method }) => log(`saw ${method}`));

provide('__plugin__.echo', async ({ value }) => value);

provide('__plugin__.services', async ({ pattern }) =>
  (await services(pattern)).map(({ method, plugin, available }) => [method, plugin, available]));

async function outcome(action) {
  try {
    return await action();
  } catch (error) {
    if (error instanceof ParleyError) return error.code;
    throw error;
  }
}

provide('__plugin__.wait', async ({ method, timeout }) => await outcome(async () => {
  await waitFor(method, { timeout });
  return 'there';
}));

provide('__plugin__.offer', async () => {
  await provide('__plugin__.extra', async () => 'extra').ready;
  return null;
});

provide('__plugin__.contributed', async () => found.map(({ id, plugin, data }) => [id, plugin, data.title]));

provide('__plugin__.render', async ({ params }) =>
  await Promise.all(found.map((one) => outcome(() => one.call('render', params)))));

provide('__plugin__.draw', async ({ value }) => ['__plugin__', value]);

provide('__plugin__.fail', async ({ value }) => {
  throw new Error(String(value));
});
