# frozen_string_literal: true

require_relative "values"

module Parley
  # What a reply says: metadata and content as JSON, and buffers.
  class Reply
    # @return [String]
    attr_reader :metadata, :content
    # @return [Array<String>]
    attr_reader :buffers

    def initialize(metadata, content, buffers = Values::NONE)
      @metadata = metadata
      @content = content
      @buffers = buffers
    end

    OK = '{"outcome":"ok"}'
    EMPTY = new(OK, "{}")

    # @return [Reply] content {"value": …}
    # @raise [NotSerializable, TooLarge]
    def self.value(value, limit)
      return new(OK, %({"value":#{Values.generate(value)}})) if Values.plain?(value, 0, Values::SMALL)

      encoded = Values.encode(value, root: ["value"], limit:)
      return new(OK, %({"value":#{encoded.json}})) if encoded.buffers.empty?

      metadata = Values.generate({ "outcome" => "ok", "buffer_paths" => encoded.paths })
      new(metadata, %({"value":#{encoded.json}}), encoded.buffers)
    end

    # @param outcome [String]
    # @param error [Hash] the error object; what of it is not JSON is left out
    # @param more [Hash] the rest of its metadata
    # @return [Reply]
    def self.failure(outcome, error, more = {})
      metadata = Values.generate({ "outcome" => outcome }.merge(more))
      new(metadata, Values.generate(error))
    rescue StandardError
      new(metadata, Values.generate({ "message" => error["message"].to_s.scrub }))
    end
  end
end
