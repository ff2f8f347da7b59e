import { provide } from 'parley';
provide('__plugin__.undeclared', async () => 1);
