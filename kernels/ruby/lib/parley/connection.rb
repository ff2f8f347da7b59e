# frozen_string_literal: true

require "socket.so" # the compiled part alone: socket.rb adds Addrinfo helpers that nothing here needs
require_relative "zmtp"

module Parley
  module Zmtp
    # One unix stream socket. Nothing here ever blocks: what cannot be written waits in +@out+.
    class Connection
      CHUNK = 65_536
      MARGIN = 65_536

      # @return [UNIXSocket]
      attr_reader :io

      # @param endpoint [String] ipc:///absolute/path
      # @param type [String] "DEALER" or "SUB"
      def initialize(endpoint, type, limit:, identity: nil)
        @io = UNIXSocket.new(endpoint.delete_prefix("ipc://"))
        @io.close_on_exec = true
        @decoder = Decoder.new(limit + MARGIN)
        @chunk = +"".b
        @out = GREETING + Zmtp.ready(type, identity)
        @written = 0
        @early = +"".b # libzmq ends a connection on which a message comes before its own READY has gone out
      end

      # Queues bytes; a single append, so that an interrupt leaves either all of them or none.
      def <<(bytes)
        (@early || @out) << bytes
        self
      end

      # @return [Boolean] whether something waits to be written
      def pending?
        @written < @out.bytesize
      end

      # Writes what the socket takes now.
      # @return [Boolean] whether something is left
      # @raise [Closed]
      def flush
        while @written < @out.bytesize
          rest = @written.zero? ? @out : @out.byteslice(@written, CHUNK * 4)
          count = @io.write_nonblock(rest, exception: false)
          return true if count == :wait_writable

          @written += count
        end
        return false if @written.zero?

        @out.bytesize > CHUNK ? @out = +"".b : @out.clear
        @written = 0
        false
      rescue SystemCallError, IOError => e
        raise Closed, e.message
      end

      # Reads all that is there.
      # @yieldparam frames [Array<String>] of each message
      # @raise [Closed, ProtocolError]
      def receive(&block)
        more = true
        while more
          bytes = @io.read_nonblock(CHUNK, @chunk, exception: false)
          return if bytes == :wait_readable
          raise Closed, "end of stream" unless bytes

          @decoder.feed(bytes) { |frames, body| frames ? block.call(frames) : obey(body) }
          more = bytes.bytesize == CHUNK
        end
      rescue SystemCallError, IOError => e
        raise Closed, e.message
      end

      def close
        @io.close
      end

      private

      def greeted
        early = @early
        @early = nil
        @out << early if early
      end

      def obey(body)
        name = body.byteslice(1, body.getbyte(0) || 0)
        data = body.byteslice(1 + name.bytesize, body.bytesize)
        case name
        when "READY" then greeted
        when "PING" then self << Zmtp.command("PONG", data.byteslice(2, 16) || "")
        when "ERROR" then raise Closed, data.byteslice(1, data.bytesize).to_s
        end
      end
    end
  end
end
