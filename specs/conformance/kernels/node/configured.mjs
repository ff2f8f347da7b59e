import { log, provide, settings } from 'parley';

const atLoad = settings();

provide('__plugin__.echo', async ({ value }) => value);

provide('__plugin__.settings', async () => settings());

provide('__plugin__.at_load', async () => atLoad);

provide('__plugin__.leak', async () => {
  const { password } = settings();
  log(`logged ${password}`, { password });
  console.log(`printed ${password}`);
  return null;
});

provide('__plugin__.fail', async () => {
  throw new Error(`failed with ${settings().password}`);
});
