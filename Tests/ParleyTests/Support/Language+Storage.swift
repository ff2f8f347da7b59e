/// A plugin in each language that uses all of its storage.
extension Language {
  /// Provides `a.run`, which tries every operation and tells what came of it, and `a.seen`, the keys that its watch saw.
  var storageProgram: String {
    switch self {
    case .python: Self.pythonStorage
    case .ruby: Self.rubyStorage
    case .node: Self.nodeStorage
    case .lua: Self.luaStorage
    case .perl: Self.perlStorage
    }
  }

  private static let pythonStorage = """
    from parley import ParleyError, provide, storage
    seen = []
    storage.watch("count", lambda change: seen.append(change.key))

    def kind(key):
        try:
            storage.get(key)
        except ParleyError as error:
            return error.kind

    @provide("a.run")
    def run():
        count = storage.get("count", 0) + 1
        storage.set("count", count)
        version = storage.entry("count").version
        return {
            "count": count,
            "swapped": storage.compare_and_set("count", count, version) is not None,
            "refused": storage.compare_and_set("count", 0, version) is None,
            "bytes": len(storage.get_blob(storage.put_blob(b"abc"))),
            "deleted": storage.delete("nothing"),
            "keys": [entry.key for entry in storage.list("c")],
            "errors": [kind(""), kind("global:x")],
        }

    @provide("a.seen")
    def tell():
        return seen
    """

  private static let rubyStorage = """
    seen = []
    storage.watch("count") { |change| seen << change.key }
    kind = lambda do |key|
      storage.get(key)
    rescue Parley::Error => error
      error.outcome
    end
    provide("a.run") do
      count = storage.get("count", 0) + 1
      storage.set("count", count)
      version = storage.entry("count").version
      {
        count: count,
        swapped: !storage.compare_and_set("count", count, version).nil?,
        refused: storage.compare_and_set("count", 0, version).nil?,
        bytes: storage.get_blob(storage.put_blob("abc".b)).bytesize,
        deleted: storage.delete("nothing"),
        keys: storage.list("c").map(&:key),
        errors: [kind.call(""), kind.call("global:x")]
      }
    end
    provide("a.seen") { seen }
    """

  private static let nodeStorage = """
    import { provide, storage } from "parley";
    const seen = [];
    storage.watch("count", ({ key }) => { seen.push(key); });
    const kind = async (key) => {
      try { await storage.get(key); } catch (error) { return error.kind ?? error.code; }
    };
    provide("a.run", async () => {
      const count = (await storage.get("count", 0)) + 1;
      await storage.set("count", count);
      const { version } = await storage.entry("count");
      return {
        count,
        swapped: (await storage.compareAndSet("count", count, version)) !== undefined,
        refused: (await storage.compareAndSet("count", 0, version)) === undefined,
        bytes: (await storage.getBlob(await storage.putBlob(Buffer.from("abc")))).length,
        deleted: await storage.delete("nothing"),
        keys: (await storage.list("c")).map((entry) => entry.key),
        errors: [await kind(""), await kind("global:x")],
      };
    });
    provide("a.seen", async () => seen);
    """

  private static let luaStorage = """
    local parley = require "parley"
    local storage = parley.storage
    local seen = {}
    storage.watch("count", function(change) seen[#seen + 1] = change.key end)
    local function kind(key)
      local _, failure = pcall(storage.get, key)
      return failure.kind
    end
    parley.provide("a.run", function()
      local count = storage.get("count", 0) + 1
      storage.set("count", count)
      local version = storage.entry("count").version
      local keys = {}
      for _, entry in ipairs(storage.list("c")) do keys[#keys + 1] = entry.key end
      return {
        count = count,
        swapped = storage.compare_and_set("count", count, version) ~= nil,
        refused = storage.compare_and_set("count", 0, version) == nil,
        bytes = #tostring(storage.get_blob(storage.put_blob(parley.bytes("abc")))),
        deleted = storage.delete("nothing"),
        keys = keys,
        errors = { kind(""), kind("global:x") },
      }
    end)
    parley.provide("a.seen", function() return seen end)
    """

  private static let perlStorage = """
    use Parley;
    my @seen;
    storage->watch('count' => sub ($change) { push @seen, $change->{key} });
    sub kind ($key) { eval { storage->get($key); 1 } ? undef : $@->kind }
    provide 'a.run' => sub ($p) {
      my $count = storage->get('count', 0) + 1;
      storage->set('count', $count);
      my $version = storage->entry('count')->{version};
      my $bytes = storage->get_blob(storage->put_blob(bytes('abc')));
      return {
        count   => $count,
        swapped => defined storage->compare_and_set('count', $count, $version) ? \\1 : \\0,
        refused => defined storage->compare_and_set('count', 0, $version) ? \\0 : \\1,
        bytes   => length "$bytes",
        deleted => storage->delete('nothing') ? \\1 : \\0,
        keys    => [map { $_->{key} } @{storage->list('c')}],
        errors  => [kind(''), kind('global:x')],
      };
    };
    provide 'a.seen' => sub ($p) { [@seen] };
    """
}
