# frozen_string_literal: true

require_relative "connection"
require_relative "envelope"

module Parley
  # The kernel's two sockets, its identity, and what makes its messages unique.
  class Session
    # A signature frame is always 64 bytes long, so what comes before it never changes.
    PREFIX = ("\x01\x09".b + Envelope::DELIMITER + "\x01\x40".b).freeze
    EMPTY = Envelope::EMPTY
    REMEMBERED = 4096

    # @return [Integer] the largest message, in bytes
    attr_accessor :limit

    # @param path [String] of the connection file, which can be read once
    # @return [Session]
    def self.open(path)
      config = Values.decode(File.binread(path))
      # The descriptor would be inherited by every child that the plugin starts.
      descriptor = path[%r{\A/(?:proc/self|dev)/fd/(\d+)\z}, 1]
      IO.for_fd(descriptor.to_i).close if descriptor
      new(config)
    end

    # @param suffix [String] what a program that attaches adds to the kernel's id
    def initialize(config, suffix = "")
      @limit = config.fetch("max_message_bytes")
      @signer = Signer.new(config.fetch("key"))
      @dealer = Zmtp::Connection.new(config.fetch("requests"), "DEALER", limit: @limit,
                                                                         identity: config.fetch("kernel_id") + suffix)
      @events = Zmtp::Connection.new(config.fetch("events"), "SUB", limit: @limit)
      @name = "rb-#{Random.urandom(6).unpack1("H*")}"
      @count = 0
      @second = nil
      @seen = {}
      @seen_before = {}
    end

    # Ruby quotes receivers in messages of errors, and nothing of this belongs there.
    def inspect
      "#<Parley::Session>"
    end

    # Sends one message.
    # @param parent [String] header bytes of the message it belongs to
    # @param metadata [String] JSON
    # @param content [String] JSON
    # @return [String] its msg_id
    # @raise [TooLarge] and then nothing was sent
    def send_message(type, parent, metadata = EMPTY, content = EMPTY, buffers = Values::NONE)
      id = "#{@name}-#{@count += 1}"
      header = header(id, type)
      content.force_encoding(Encoding::BINARY) unless content.frozen?
      metadata.force_encoding(Encoding::BINARY) unless metadata.frozen?
      check(header.bytesize + parent.bytesize + metadata.bytesize + content.bytesize, buffers)
      signature = @signer.sign(header, parent, metadata, content)
      # One interpolation of five frames takes half the time of ten appends.
      wire = "#{PREFIX}#{signature}" \
             "#{Zmtp.prefix(header.bytesize, true)}#{header}#{Zmtp.prefix(parent.bytesize, true)}#{parent}" \
             "#{Zmtp.prefix(metadata.bytesize, true)}#{metadata}" \
             "#{Zmtp.prefix(content.bytesize, !buffers.empty?)}#{content}"
      wire << Zmtp.message(buffers) unless buffers.empty?
      @dealer << wire
      id
    end

    # Reads what has come.
    # @param ready [Array<IO>] the sockets that have something
    # @yieldparam envelope [Envelope] verified, not seen before
    # @yieldparam topic [String, nil] where it came from, for an event on the SUB
    # @param topics [Hash{String => Signer}] the keys of the topics
    # @param garbage [Proc] called with the error for what is dropped or malformed
    def receive(ready, topics, garbage, &)
      receive_events(topics, garbage, &) if ready.include?(@events.io)
      return unless ready.include?(@dealer.io)

      @dealer.receive { |frames| accept(frames, @signer, nil, garbage, &) }
    end

    # Reads the SUB alone.
    def receive_events(topics, garbage, &)
      @events.receive do |frames|
        topic = frames.shift.to_s
        signer = topics[topic]
        # An unknown topic is one that was given up while this event was under way.
        accept(frames, signer, topic, garbage, &) if signer
      end
    end

    # @param topics [Array<String>] topics, then the nonce: the pipe keeps the order
    def subscribe(topics)
      topics.each { |topic| @events << Zmtp.message(["\x01#{topic}"]) }
    end

    # @param topics [Array<String>]
    def unsubscribe(topics)
      topics.each { |topic| @events << Zmtp.message(["\x00#{topic}"]) }
    end

    # @return [Array<IO>]
    def sockets
      [@dealer.io, @events.io]
    end

    # Writes as much as the sockets take; never blocks.
    # @return [Array<IO>] those that have something left to write
    def flush
      return Values::NONE unless @dealer.flush | @events.flush

      [@dealer, @events].select(&:pending?).map(&:io)
    end

    # Writes all, for at most +seconds+: the last thing before the process ends.
    def drain(seconds)
      limit = Process.clock_gettime(Process::CLOCK_MONOTONIC) + seconds
      while (waiting = flush).any? && Process.clock_gettime(Process::CLOCK_MONOTONIC) < limit
        IO.select(nil, waiting, nil, 0.1)
      end
    rescue Zmtp::Closed
      nil
    end

    def close
      @dealer.close
      @events.close
    end

    private

    def accept(frames, signer, topic, garbage)
      envelope = Envelope.open(frames, signer)
      return if replayed?(envelope.id)

      yield envelope, topic
    rescue Envelope::NotAnEnvelope, Envelope::BadSignature, Envelope::Malformed => e
      garbage.call(e)
    end

    # Two generations: the older is forgotten when the younger is full.
    def replayed?(id)
      return true if @seen.key?(id) || @seen_before.key?(id)

      if @seen.size >= REMEMBERED
        @seen_before = @seen
        @seen = {}
      end
      @seen[id] = true
      false
    end

    # Everything but the id, the type and the milliseconds changes once a second.
    def header(id, type)
      now = Process.clock_gettime(Process::CLOCK_REALTIME, :millisecond)
      second = now / 1000
      unless second == @second
        @second = second
        @middle = %("session":"#{@name}","username":"parley","date":"#{Time.at(second).utc.strftime("%FT%T")}.)
      end
      %({"msg_id":"#{id}",#{@middle}#{(now % 1000).to_s.rjust(3, "0")}Z","msg_type":"#{type}","version":"5.4"})
    end

    def check(size, buffers)
      size += 73 # the delimiter and the signature
      size += buffers.sum(&:bytesize) unless buffers.empty?
      raise TooLarge.new(size:, limit: @limit) if size > @limit
    end
  end
end
