/** A store in memory: it answers the storage requests of one kernel, and tells its watches of changes. */

export class Store {
  /** @type {Map<string, { value: any, version: number }>} */
  #values = new Map();
  #blobs = new Map();
  #watches = new Map();
  #version = 0;
  #kernel;

  /** @param {import('./orchestrator.js').Orchestrator} kernel */
  constructor(kernel) {
    this.#kernel = kernel;
    kernel.answers.storage_request = ({ content }) => this.#answer(content);
  }

  /** Sets or deletes a value, as the plugin or another one does. */
  change(key, value) {
    const version = ++this.#version;
    const deleted = value === undefined;
    if (deleted) this.#values.delete(key);
    else this.#values.set(key, { value, version });
    for (const [watch, prefix] of this.#watches) {
      if (key.startsWith(prefix)) this.#kernel.send('storage_changed', '{}', {}, { watch, key, version, ...(deleted ? { deleted } : { value }) });
    }
    return version;
  }

  #answer({ op, key, value, version, prefix, watch, blob }) {
    const ok = (content, facts = {}, options = {}) => [{ outcome: 'ok', ...facts }, content, options];
    const there = this.#values.get(key);
    switch (op) {
      case 'get':
        return ok(there ? { found: true, ...there } : { found: false });
      case 'set':
        return ok({ version: this.change(key, value) });
      case 'delete':
        if (there) this.change(key, undefined);
        return ok({ deleted: there !== undefined });
      case 'list':
        return ok({ entries: [...this.#values].filter(([one]) => one.startsWith(prefix)).sort().map(([one, entry]) => ({ key: one, ...entry })) });
      case 'compare_and_set':
        if ((there?.version ?? 0) !== version) return ok({ swapped: false, version: there?.version ?? 0 });
        return ok({ swapped: true, version: this.change(key, value) });
      case 'watch':
        this.#watches.set(watch, prefix);
        return ok({});
      case 'unwatch':
        this.#watches.delete(watch);
        return ok({});
      case 'blob_put':
        this.#blobs.set('sha256:1', value);
        return ok({ blob: 'sha256:1', size: value.length });
      default:
        return this.#blobs.has(blob)
          ? ok({ value: null }, { buffer_paths: [['value']] }, { buffers: [this.#blobs.get(blob)] })
          : [{ outcome: 'no_provider' }, { message: `there is no blob ${blob}`, nearest: [] }];
    }
  }
}
