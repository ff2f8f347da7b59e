/// What the benchmark's plugins do, in each language.
///
/// - `echo` returns its parameters.
/// - `relay` calls a method so many times, one after the other.
/// - `numbers` yields so many items; `drain` reads a stream to its end and counts them.
/// - `nest` calls the other plugin's `nest`, which calls back, until the depth is reached.
enum PluginSource {
  /// The file for a kernel; nil for one that the benchmark does not know.
  static func file(for kernel: String, plugin: String) -> (name: String, text: String)? {
    guard let (suffix, text) = sources[kernel] else { return nil }
    return ("main." + suffix, text.replacing("PLUGIN", with: plugin))
  }

  private static let sources: [String: (String, String)] = [
    "python": ("py", python), "ruby": ("rb", ruby), "node": ("mjs", node), "lua": ("lua", lua),
    "perl": ("pl", perl),
  ]

  private static let python = """
    from parley import call, provide, stream

    @provide("PLUGIN.echo")
    def echo(text):
        return {"text": text}

    @provide("PLUGIN.relay")
    def relay(method, count):
        for _ in range(count):
            call(method, {"text": "The quick brown fox jumps over the lazy dog."})
        return count

    @provide("PLUGIN.nest")
    def nest(depth, here, there):
        if depth <= 1:
            return 1
        return 1 + call(there, {"depth": depth - 1, "here": there, "there": here})

    @provide("PLUGIN.numbers")
    def numbers(count):
        yield from range(count)

    @provide("PLUGIN.drain")
    def drain(method, count):
        return sum(1 for _ in stream(method, {"count": count}))
    """

  private static let ruby = """
    require "parley"

    provide("PLUGIN.echo") { |text:| { text: text } }

    provide("PLUGIN.relay") do |method:, count:|
      count.times { call(method, { text: "The quick brown fox jumps over the lazy dog." }) }
      count
    end

    provide("PLUGIN.nest") do |depth:, here:, there:|
      depth <= 1 ? 1 : 1 + call(there, { depth: depth - 1, here: there, there: here })
    end

    provide("PLUGIN.numbers") { |count:| count.times }

    provide("PLUGIN.drain") do |method:, count:|
      read = 0
      stream(method, { count: count }).each { read += 1 }
      read
    end
    """

  private static let node = """
    import { call, provide, stream } from 'parley';

    provide('PLUGIN.echo', async ({ text }) => ({ text }));

    provide('PLUGIN.relay', async ({ method, count }) => {
      for (let i = 0; i < count; i++) {
        await call(method, { text: 'The quick brown fox jumps over the lazy dog.' });
      }
      return count;
    });

    provide('PLUGIN.nest', async ({ depth, here, there }) =>
      depth <= 1 ? 1 : 1 + (await call(there, { depth: depth - 1, here: there, there: here })));

    provide('PLUGIN.numbers', async function* ({ count }) {
      for (let i = 0; i < count; i++) yield i;
    });

    provide('PLUGIN.drain', async ({ method, count }) => {
      let read = 0;
      for await (const _ of stream(method, { count })) read++;
      return read;
    });
    """

  private static let lua = """
    local parley = require "parley"

    parley.provide("PLUGIN.echo", function(p) return {text = p.text} end)

    parley.provide("PLUGIN.relay", function(p)
      for _ = 1, p.count do
        parley.call(p.method, {text = "The quick brown fox jumps over the lazy dog."})
      end
      return p.count
    end)

    parley.provide("PLUGIN.nest", function(p)
      if p.depth <= 1 then return 1 end
      return 1 + parley.call(p.there, {depth = p.depth - 1, here = p.there, there = p.here})
    end)

    parley.provide("PLUGIN.numbers", function(p)
      local i = -1
      return function()
        i = i + 1
        if i < p.count then return i end
      end
    end)

    parley.provide("PLUGIN.drain", function(p)
      local read = 0
      for _ in parley.stream(p.method, {count = p.count}) do read = read + 1 end
      return read
    end)
    """

  private static let perl = """
    use v5.36;
    use Parley;

    provide 'PLUGIN.echo' => sub ($p) { return {text => $p->{text}} };

    provide 'PLUGIN.relay' => sub ($p) {
        call $p->{method}, {text => 'The quick brown fox jumps over the lazy dog.'} for 1 .. $p->{count};
        return $p->{count};
    };

    provide 'PLUGIN.nest' => sub ($p) {
        return 1 if $p->{depth} <= 1;
        return 1 + call $p->{there}, {depth => $p->{depth} - 1, here => $p->{there}, there => $p->{here}};
    };

    provide 'PLUGIN.numbers' => sub ($p) {
        my $i = 0;
        return sub { return $i < $p->{count} ? $i++ : undef };
    };

    provide 'PLUGIN.drain' => sub ($p) {
        my $read  = 0;
        my $items = stream $p->{method}, {count => $p->{count}};
        while ( my ($item) = $items->next ) { $read++ }
        return $read;
    };
    """
}
