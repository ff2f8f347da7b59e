# frozen_string_literal: true

require_relative "arguments"

module Parley
  # What became of an event whose emitter asked for confirmation.
  class Confirmation
    # @return [Integer] how many subscriptions it matched
    attr_reader :subscriptions
    # @return [String]
    attr_reader :event_id
    # @return [Boolean] whether as many have handled it as were asked for
    attr_reader :confirmed
    # @return [Boolean] whether an event with this id was emitted before: then nobody gets it again, or is waited for
    attr_reader :duplicate
    # @return [Hash{String => Hash}] by plugin: +"outcome"+, and the rest of the error object when it is not "ok"
    attr_reader :outcomes
    alias confirmed? confirmed
    alias duplicate? duplicate

    # @api private
    # @return [Hash] the metadata that asks for it; empty when nobody does
    # @raise [ArgumentError, Timeout]
    def self.request(confirm, require, timeout)
      if confirm.nil?
        return {} unless require || timeout

        raise ArgumentError, "require: and timeout: of emit go with confirm: (:all, :any or a number of subscribers)"
      end

      asked = { "confirm" => condition(confirm) }
      asked["require"] = true if require
      asked["timeout"] = timeout if (timeout = Arguments.timeout(timeout))
      asked
    end

    def self.condition(confirm)
      return confirm if confirm.is_a?(Integer) && confirm.positive?
      return confirm.to_s if %w[all any].include?(confirm.to_s)

      raise ArgumentError, "confirm is :all, :any or a number of subscribers, 1 or more, not #{confirm.inspect}"
    end
    private_class_method :condition

    # @api private
    # @param content [Hash] of emit_reply
    def initialize(content)
      @subscriptions = content["subscriptions"]
      @event_id = content["event_id"]
      @confirmed = content["confirmed"] == true
      @duplicate = content["duplicate"] == true
      @outcomes = content["outcomes"] || {}
    end

    # @return [Hash{String => Error}] by plugin, those that did not handle it
    def errors
      failed = outcomes.reject { |_, outcome| outcome["outcome"] == "ok" }
      failed.transform_values { |outcome| Error.from(outcome["outcome"], outcome) }
    end

    # @return [Hash] what JSON can carry
    def to_h
      { "subscriptions" => subscriptions, "event_id" => event_id, "confirmed" => confirmed, "duplicate" => duplicate,
        "outcomes" => outcomes }
    end
  end
end
