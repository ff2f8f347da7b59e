# frozen_string_literal: true

require_relative "acknowledgement"
require_relative "frame"
require_relative "report"

module Parley
  # One event: the handlers of all matching subscriptions, one after the other.
  class EventFrame < Frame
    # @param grant [Hash, nil] the grant's metadata
    def initialize(envelope, kernel, events, subscriptions, grant)
      super(envelope, kernel, "event_reply")
      @events = events
      @subscriptions = subscriptions
      @payload = envelope.content
      @payload = @payload["items"] if @metadata["batch"] == true
      @errors = []
      return unless grant

      @metadata = @metadata.merge(grant.slice("remaining", "depth"))
      @deadline = grant["remaining"] && (kernel.now + grant["remaining"])
    end

    def run
      @subscriptions.each { |subscription| deliver(subscription) if @events.active?(subscription) }
    end

    # Of several errors the gravest speaks for the event: a reject before a nack, a nack before any other.
    def reply(_value)
      return Reply.new(Reply::OK, %({"handlers":#{@subscriptions.size}})) if @errors.empty?

      error = @errors.min_by { |one| Acknowledgement.rank(one) }
      object = Report.of(error).last
      object = object.merge("errors" => @errors.map { |one| Report.of(one).last }) if @errors.size > 1
      Reply.failure("handler_error", object, Acknowledgement.metadata(error))
    end

    private

    # One handler that raises does not keep the others from running; a cancelled frame ends.
    def deliver(subscription)
      subscription.handler.call(@payload)
    rescue Exception => e # rubocop:disable Lint/RescueException -- an exit in one handler is its own error too
      raise if e.equal?(cancellation) || Guards.child?

      @errors << e
    end
  end
end
