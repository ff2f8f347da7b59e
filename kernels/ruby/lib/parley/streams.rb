# frozen_string_literal: true

require_relative "values"

module Parley
  # Captures what is printed and sends it as messages of the frame that printed.
  module Streams
    # On STDOUT and STDERR themselves, so that every way of printing passes here and the objects
    # stay real IOs: children inherit them, and what plugin code closes or replaces is its own affair.
    module Capture
      # @return [Integer] bytes
      def write(*parts)
        return super unless Streams.sink

        name = equal?(STDERR) ? "stderr" : "stdout"
        parts.sum do |part|
          text = part.to_s
          Streams.sink.call(name, text)
          text.bytesize
        end
      end

      # Closed as far as plugin code can see. The descriptor stays: `fork` and `spawn` flush the standard streams first,
      # and would raise.
      def close
        return super unless Streams.sink

        @closed = true
        nil
      end

      # @return [Boolean]
      def closed?
        @closed || super
      end

      # Output sent elsewhere on purpose goes there; a return to the first descriptor is captured again.
      def reopen(...)
        super.tap { Streams.recapture(self) }
      end
    end

    # Ruby writes a warning past the object when that is the real standard error.
    module Warnings
      def warn(message, **)
        $stderr.write(message)
        nil
      end
    end

    @places = {}

    class << self
      # @return [Proc, nil] takes the stream's name and a text; nil lets all through to the descriptors
      attr_accessor :sink

      # @yieldparam name [String] "stdout" or "stderr"
      # @yieldparam text [String]
      def capture(&sink)
        [STDOUT, STDERR].each do |io|
          io.sync = true # what is printed past the capture must not be lost in a crash
          @places[io] = place(io)
          io.extend(Capture)
        end
        Warning.extend(Warnings)
        @sink = sink
      end

      # @api private
      def recapture(io)
        same = place(io) == @places[io]
        original = IO.instance_method(:write).bind(io)
        io.extend(Capture) # IO#reopen gives the object its new file's class, without the capture
        io.define_singleton_method(:write, original) unless same
        io.singleton_class.send(:remove_method, :write) if same && io.singleton_methods(false).include?(:write)
      end

      private

      def place(io)
        stat = io.stat
        [stat.dev, stat.ino]
      end
    end

    # What one frame has printed. Sent by the line; what comes in a burst goes in pieces of 8 KiB.
    class Output
      PIECE = 8192
      # Lines that go at once before a frame counts as talkative, and how often it then sends, in seconds.
      LINES = 64
      PAUSE = 0.005

      # @param unsent [Hash{Output => true}] where it registers while it holds text
      # @param longest [Integer] how many bytes one message may take at most
      # @yieldparam content [String] JSON of a `stream` message
      def initialize(unsent, longest, &send)
        @unsent = unsent
        @longest = longest
        @send = send
        @text = +"".b
        @name = "stdout"
        @lines = 0
        @last = 0
      end

      def write(name, text)
        flush unless name == @name
        @name = name
        @text << bytes(text)
        if @text.bytesize >= PIECE || (@text.end_with?("\n") && due?)
          flush
        elsif !@text.empty?
          @unsent[self] = true
        end
      end

      def flush
        return if @text.empty?

        text = @text
        @text = +"".b
        @unsent.delete(self)
        start = 0
        while start < text.bytesize
          size = whole(text, start)
          piece = text.byteslice(start, size).force_encoding(Encoding::UTF_8).scrub
          @send.call(%({"name":"#{@name}","text":#{Values.generate(piece)}}))
          start += size
        end
      end

      private

      # A long text is not cut within a character.
      def whole(text, start)
        size = [@longest, text.bytesize - start].min
        size -= 1 while size > 1 && (text.getbyte(start + size) || 0).between?(0x80, 0xBF)
        size
      end

      def due?
        return true if (@lines += 1) <= LINES

        now = Process.clock_gettime(Process::CLOCK_MONOTONIC)
        return false if now - @last < PAUSE

        @last = now
        true
      end

      def bytes(text)
        case text.encoding
        when Encoding::UTF_8, Encoding::BINARY, Encoding::US_ASCII then text.b
        else text.encode(Encoding::UTF_8, invalid: :replace, undef: :replace).b
        end
      end
    end
  end
end
