import { randomUUID } from 'node:crypto';
import { emit, provide } from 'parley';

provide('form.submit', async ({ name, email, message }) => {
  const id = randomUUID();
  // Once this returns the form is on the disk: whatever dies now, it will be dealt with.
  await emit('form:submitted', { id, name, email, message });
  return { id };
});
