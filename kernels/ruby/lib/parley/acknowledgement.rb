# frozen_string_literal: true

require_relative "arguments"

module Parley
  # What a handler of an event raises to hand the event back; returning accepts it. Not a {Parley::Error}, so that
  # what rescues the outcome of a call lets it pass.
  class Acknowledgement < StandardError
    # Which one counts when several handlers of one event fail: the first of these, then any other error.
    ORDER = %w[reject nack].freeze

    # @param error [Exception] that a handler raised
    # @return [Integer] its place among the errors of one event, the lowest counts
    def self.rank(error)
      error.is_a?(self) ? ORDER.index(error.disposition) : ORDER.size
    end

    # @param error [Exception]
    # @return [Hash] what it adds to the metadata of the event's reply
    def self.metadata(error)
      error.is_a?(self) ? error.metadata : {}
    end

    # @return [Hash]
    def metadata
      { "disposition" => disposition }
    end
  end

  # Not now: the event comes again, after a while.
  # @example
  #   raise Parley::Nack, delay: 30
  class Nack < Acknowledgement
    # @return [Numeric, nil] seconds until the next attempt; nil leaves it to the orchestrator
    attr_reader :delay

    # @api private
    # `raise` hands options over as a Hash.
    def self.exception(given = nil)
      given.is_a?(Hash) ? new(**given) : new(given)
    end

    # @overload initialize(reason = nil, delay: nil)
    #   @param reason [String, nil]
    #   @param delay [Numeric, nil] seconds, 0 or more
    # @overload initialize(delay)
    def initialize(reason = nil, delay: nil)
      delay = reason if reason.is_a?(Numeric)
      @delay = Arguments.seconds("delay", delay, zero: true) unless delay.nil?
      super((reason unless reason.is_a?(Numeric)) || "not now: try again #{@delay ? "in #{@delay} seconds" : "later"}")
    end

    # @return [String]
    def disposition
      "nack"
    end

    # (see Acknowledgement#metadata)
    def metadata
      @delay ? super.merge("delay" => @delay) : super
    end
  end

  # Never: no further attempt of this event will do.
  # @example
  #   raise Parley::Reject, "there is no such order"
  class Reject < Acknowledgement
    # @param reason [String, nil]
    def initialize(reason = nil)
      super(reason || "rejected: no attempt will succeed")
    end

    # @return [String]
    def disposition
      "reject"
    end
  end
end
