/// The plugin that subscribes to ``BroadcastMessage/event``, in each language.
///
/// Its handler writes to the pipe when the kernel had read the message, 0 where the language's SDK cannot tell, and when the
/// handler ran.
enum SubscriberSource {
  /// The file for a kernel; nil for one that the benchmark does not know.
  static func file(for kernel: String, pipe: String) -> (name: String, text: String)? {
    guard let (suffix, text) = sources[kernel] else { return nil }
    let source = text.replacing("EVENT", with: BroadcastMessage.event)
    return ("main." + suffix, source.replacing("PIPE", with: pipe))
  }

  private static let sources: [String: (String, String)] = [
    "python": ("py", python), "ruby": ("rb", ruby), "node": ("mjs", node), "lua": ("lua", lua),
    "perl": ("pl", perl),
  ]

  private static let python = """
    import struct
    import time

    from parley import on

    notes = open("PIPE", "wb", buffering=0)

    @on("EVENT")
    def tick(event):
        notes.write(struct.pack("<QQ", 0, time.monotonic_ns()))
    """

  private static let ruby = """
    require "parley"

    notes = File.open("PIPE", "wb")
    notes.sync = true

    on("EVENT") do |_event|
      notes.write([0, Process.clock_gettime(Process::CLOCK_MONOTONIC, :nanosecond)].pack("Q<Q<"))
    end
    """

  private static let node = """
    import { openSync, writeSync } from 'node:fs';
    import { on } from 'parley';

    const notes = openSync('PIPE', 'w');

    await on('EVENT', () => {
      const note = Buffer.alloc(16);
      note.writeBigUInt64LE(process.hrtime.bigint(), 8);
      writeSync(notes, note);
    });
    """

  /// The SDK has no clock, and does not tell when a message was read: both are found behind its functions. The kernel calls
  /// `subscriptions.read` with the frames of each event, to verify and decode them.
  private static let lua = """
    local parley = require "parley"

    local function behind(what, name)
      for i = 1, math.huge do
        local found, value = debug.getupvalue(what, i)
        if found == name then return value end
        if not found then error("the shim has no " .. name .. " where the benchmark looks for it") end
      end
    end

    local monotonic = behind(parley.context, "monotonic")
    local subscriptions = behind(parley.on, "subscriptions")
    local notes = assert(io.open("PIPE", "wb"))
    notes:setvbuf "no"

    local function now() return math.tointeger(monotonic() * 1e9 // 1) end

    local read, reached = subscriptions.read, 0
    function subscriptions.read(frames)
      local message = read(frames)
      reached = now()
      return message
    end

    parley.on("EVENT", function() notes:write(string.pack("<I8I8", reached, now())) end)
    """

  private static let perl = """
    use v5.36;
    use Parley;
    use Time::HiRes qw(clock_gettime CLOCK_MONOTONIC);

    open my $notes, '>:raw', 'PIPE' or die "PIPE: $!";

    on 'EVENT' => sub ($event) {
        syswrite $notes, pack 'Q<Q<', 0, int( clock_gettime(CLOCK_MONOTONIC) * 1e9 );
    };
    """
}
