# frozen_string_literal: true

module Parley
  # What a handler can know about its own invocation.
  class Context
    # @return [String, nil] name of this plugin
    attr_reader :plugin

    # @api private
    def initialize(plugin, frame)
      @plugin = plugin
      @frame = frame
      @metadata = frame&.metadata || {}
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
      @frame&.remaining
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

    # @return [String, nil] "queued" or "durable", nil when the event was broadcast to whoever listens
    def delivery
      @metadata["delivery"]
    end

    # @return [Boolean] whether this is the last value of a retained event, and was emitted before the subscription
    def retained
      @metadata["retained"] == true
    end
    alias retained? retained

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
