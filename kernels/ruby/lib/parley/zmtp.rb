# frozen_string_literal: true

module Parley
  # ZMTP 3.0 with the NULL mechanism, as much of it as a DEALER and a SUB need (specs/zmtp.md).
  module Zmtp
    GREETING = "\xFF#{"\0" * 8}\x7F\x03\0#{"NULL".ljust(20, "\0")}#{"\0" * 32}".b.freeze
    MORE = 1
    LONG = 2
    COMMAND = 4
    # Flag and length of every short frame, so that sending one is two appends and no packing.
    SHORT_LAST = Array.new(256) { |size| [0, size].pack("CC").freeze }.freeze
    SHORT_MORE = Array.new(256) { |size| [MORE, size].pack("CC").freeze }.freeze

    # The peer broke the protocol, or is not one of ours.
    class ProtocolError < StandardError; end

    # The connection has ended.
    class Closed < StandardError; end

    module_function

    # @param size [Integer] of a frame's body
    # @param more [Boolean] whether further frames of the message follow
    # @return [String] what comes before the body
    def prefix(size, more)
      return (more ? SHORT_MORE : SHORT_LAST)[size] if size < 256

      [more ? MORE | LONG : LONG, size].pack("CQ>")
    end

    # @param frames [Array<String>]
    # @return [String] the message's bytes on the wire
    def message(frames)
      last = frames.size - 1
      frames.each_with_index.with_object(+"".b) { |(body, i), out| out << prefix(body.bytesize, i < last) << body.b }
    end

    # @return [String] a command's bytes on the wire
    def command(name, data)
      body = [name.bytesize].pack("C") + name.b + data.b
      return [COMMAND, body.bytesize].pack("CC") + body if body.bytesize < 256

      [COMMAND | LONG, body.bytesize].pack("CQ>") + body
    end

    # @param type [String] "DEALER" or "SUB"
    # @param identity [String, nil] the routing id
    def ready(type, identity = nil)
      properties = { "Socket-Type" => type, "Identity" => identity }.compact
      command("READY", properties.map { |k, v| [k.bytesize, k, v.bytesize, v].pack("Ca*Na*") }.join)
    end

    # Turns bytes that arrive in any pieces into messages and commands.
    class Decoder
      # @param limit [Integer] the largest message accepted, in bytes
      def initialize(limit)
        @limit = limit
        @buffer = +"".b
        @frames = []
        @size = 0
        @greeted = false
      end

      # @yieldparam frames [Array<String>, nil] of a message, or nil for a command
      # @yieldparam command [String, nil] the command's body
      # @raise [ProtocolError]
      def feed(bytes, &)
        @buffer << bytes
        return unless @greeted || greet

        used = parse(&)
        if used == @buffer.bytesize
          @buffer.clear
        elsif used.positive?
          @buffer = @buffer.byteslice(used, @buffer.bytesize - used)
        end
      end

      private

      def greet
        refuse("its greeting is not ZMTP's") unless @buffer.getbyte(0) == 0xFF
        return if @buffer.bytesize < 64

        refuse("its greeting is not ZMTP's") unless @buffer.getbyte(9) == 0x7F
        refuse("it speaks ZMTP #{@buffer.getbyte(10)}, not 3") if @buffer.getbyte(10) < 3
        mechanism = @buffer.byteslice(12, 20).delete("\0")
        refuse("its mechanism is #{mechanism.inspect}, not NULL") unless mechanism == "NULL"
        @buffer = @buffer.byteslice(64, @buffer.bytesize)
        @greeted = true
      end

      # Every message passes here: plain arithmetic and one slice a frame, no other call or allocation.
      def parse
        at = 0
        size = @buffer.bytesize
        while size - at >= 2
          flags = @buffer.getbyte(at)
          length = @buffer.getbyte(at + 1)
          start = at + 2
          if flags & LONG != 0
            break if size - at < 9

            length = @buffer.unpack1("Q>", offset: at + 1)
            start = at + 9
          end
          refuse("its message exceeds #{@limit} bytes") if length + @size > @limit
          break if size - start < length

          at = start + length
          body = @buffer.byteslice(start, length)
          if (flags & COMMAND).positive?
            yield nil, body
          else
            @frames << body
            @size += length
            yield complete, nil unless (flags & MORE).positive?
          end
        end
        at
      end

      def complete
        frames = @frames
        @frames = []
        @size = 0
        frames
      end

      def refuse(why)
        raise ProtocolError, "the peer was refused: #{why}"
      end
    end
  end
end
