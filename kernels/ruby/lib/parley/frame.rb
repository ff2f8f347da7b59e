# frozen_string_literal: true

module Parley
  # One running invocation: what opened it, the tasks that run for it, and what it has to give back at its end.
  class Frame
    # @return [String] msg_id and header bytes of the message that opened it
    attr_reader :id, :header
    # @return [Hash] that message's metadata
    attr_reader :metadata
    # @return [Array<Task>] its own, then those of Fiber.schedule
    attr_reader :tasks
    # @return [Cancelled, nil]
    attr_reader :cancellation
    # @return [Numeric] how many more items it may yield
    attr_accessor :credit
    # @return [Ending] how it is replied to
    attr_reader :ending

    # The type of a frame's reply, and what makes the reply of a value (+reply+) or of an outcome and an
    # error object (+failed+); +done+ is called after it.
    Ending = Struct.new(:type, :reply, :failed, :done)

    def initialize(envelope, kernel, now, ending = nil)
      @kernel = kernel
      @ending = ending
      @id = envelope.id
      @header = envelope.header
      @metadata = envelope.metadata
      @deadline = (remaining = @metadata["remaining"]) && (now + remaining)
      @tasks = []
      @credit = @metadata["credit"] || 64
      @ended = false
    end

    # @return [Streams::Output] what it prints
    def output
      @output ||= @kernel.output { parent }
    end

    # Sends what it printed and has not sent.
    def flush
      @output&.flush
    end

    # @return [Array<Stream::Reading>] streams being read
    def readings
      @readings ||= []
    end

    # @return [Array<String>] names of the locks held
    def locks
      @locks ||= []
    end

    # @return [Boolean] whether it still has something that must be given back
    def holds?
      (@locks && !@locks.empty?) || (@readings && !@readings.empty?)
    end

    # Takes what an event's grant says: depth and time that remains.
    def grant(metadata, now)
      @metadata = @metadata.merge(metadata.slice("remaining", "depth"))
      @deadline = (remaining = metadata["remaining"]) && (now + remaining)
    end

    # @return [String] what its messages name as their parent
    def parent
      @ended ? "{}" : @header
    end

    def ended?
      @ended
    end

    def end!
      @ended = true
    end

    # @return [Float, nil] seconds until the deadline
    def remaining(now)
      @deadline && (@deadline - now)
    end

    # Raises {Cancelled} where the frame waits, or where it next will; once.
    def cancel(reason, scheduler)
      return if @cancellation || @ended

      @cancellation = Cancelled.new("the frame was cancelled (#{reason})", reason:)
      @tasks.each { |task| scheduler.interrupt(task, @cancellation) }
    end
  end

  # What a handler can know about its own invocation.
  class Context
    # @return [String, nil] name of this plugin
    attr_reader :plugin

    # @api private
    def initialize(plugin, frame, now)
      @plugin = plugin
      @frame = frame
      @metadata = frame&.metadata || {}
      @now = now
    end

    # @return [String, nil] the method being served
    def method
      @metadata["method"]
    end

    # @return [String, nil] the event being handled
    def event
      @metadata["event"]
    end

    # @return [String, nil] the plugin that called
    def caller
      @metadata["caller"]
    end

    # @return [String, nil] the plugin that emitted
    def emitter
      @metadata["emitter"]
    end

    # @return [Integer] how deep the call is nested
    def depth
      @metadata["depth"] || 0
    end

    # @return [Float, nil] seconds that remain, nil when there is no limit
    def deadline
      @frame&.remaining(@now.call)
    end

    # @return [String, nil]
    def tenant
      @metadata["tenant"]
    end

    # @return [String, nil] the W3C traceparent
    def trace
      @metadata["traceparent"]
    end

    # @return [String, nil] the same for every delivery of one event
    def event_id
      @metadata["event_id"]
    end

    # @return [Integer, nil] which delivery of the event this is, from 1
    def attempt
      @metadata["attempt"]
    end

    # @return [Boolean] whether the frame has been cancelled
    def cancelled
      !@frame&.cancellation.nil?
    end
    alias cancelled? cancelled
  end
end
