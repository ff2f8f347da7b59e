// A plugin that fails while it is loaded.
class Boom extends Error { name = 'Boom'; }
throw new Boom('not today');
