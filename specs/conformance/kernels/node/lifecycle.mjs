import { log, onStart, onStop, provide } from 'parley';

onStart(() => log('start 1'));
onStart(() => log('start 2'));
onStop(() => log('stop 1'));
onStop(() => log('stop 2'));

provide('__plugin__.echo', async ({ value }) => value);
