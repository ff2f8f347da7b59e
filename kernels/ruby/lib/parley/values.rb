# frozen_string_literal: true

require "json/ext"
require_relative "encoder"

module Parley
  # The codec of payloads, parameters and results: JSON that refuses what it cannot carry faithfully.
  #
  # Text is a String in any encoding but BINARY; a BINARY String is bytes and travels in a buffer of its own.
  module Values
    LEVELS = 128
    INTEGERS = (-(2**63)..((2**63) - 1))
    # Bound here and now, so that plugin code which patches JSON or to_json does not reach the shim.
    GENERATE = JSON::Ext::Generator::State.new(max_nesting: LEVELS + 8).method(:generate)
    # JSON's own parser with its methods copied, for the same reason.
    class Parser < JSON::Ext::Parser
      alias initialize initialize
      alias read parse
    end
    DEFAULT_LEVELS = 100 # the parser's own, when it is given no options: those cost a microsecond
    OPTIONS = Array.new(LEVELS + 2) { |levels| { max_nesting: levels }.freeze }.freeze
    SURROGATE = /\\u[dD][89abAB]\h\h(?!\\u[dD][c-fC-F]\h\h)|(?<!\\u[dD][89abAB]\h\h)\\u[dD][c-fC-F]\h\h/
    # Values of up to so many parts are looked through without taking notes.
    SMALL = 4096

    NONE = [].freeze

    # JSON, and the buffers of the bytes in it with their paths.
    Encoded = Struct.new(:json, :buffers, :paths)

    # A text is not the JSON that Parley speaks.
    class Invalid < StandardError; end

    module_function

    # @param value [Object]
    # @param root [Array] where the value will stand in content, for the paths of buffers
    # @param limit [Integer, nil] bytes
    # @return [Encoded]
    # @raise [NotSerializable, TooLarge]
    def encode(value, root: [], limit: nil)
      return Encoded.new(GENERATE.call(value), NONE, NONE) if plain?(value, 0, SMALL)

      Encoder.new(root, limit).encode(value)
    end

    # Whether a value can go as it stands: the usual case, and ten times quicker than the walk that explains itself.
    # @return [Integer, nil] how many more parts may be looked at
    def plain?(value, level, budget)
      case value
      when String then budget if plain_text?(value)
      when Integer then budget if INTEGERS.cover?(value)
      when nil, true, false then budget
      when Float then budget if value.finite?
      when Array then plain_array?(value, level + 1, budget - value.size) if value.instance_of?(Array)
      when Hash then plain_hash?(value, level + 1, budget - value.size) if value.instance_of?(Hash)
      end
    end

    def plain_text?(value)
      value.encoding == Encoding::UTF_8 && value.valid_encoding? && value.instance_of?(String)
    end

    def plain_array?(value, level, budget)
      return if level > LEVELS || budget.negative?

      value.each { |item| return nil unless (budget = plain?(item, level, budget)) }
      budget
    end

    def plain_hash?(value, level, budget)
      return if level > LEVELS || budget.negative?

      kind = nil
      value.each_pair do |key, item|
        # A symbol and a text may be the same key.
        return nil if kind && kind != key.class

        kind = key.class
        return nil unless kind == Symbol || (kind == String && plain?(key, level, budget))
        return nil unless (budget = plain?(item, level, budget))
      end
      budget
    end

    # @param steps [Array<String, Integer>]
    # @return [String] such as $.rows[3].when
    def path(steps)
      steps.reduce("$") do |text, step|
        next "#{text}[#{step}]" if step.is_a?(Integer)

        step.match?(/\A[A-Za-z_]\w*\z/) ? "#{text}.#{step}" : "#{text}[#{step.inspect}]"
      end
    end

    # JSON of what the shim itself has made and therefore knows to be faithful.
    def generate(object)
      GENERATE.call(object)
    end

    # @param text [String] UTF-8 bytes; becomes marked as such
    # @raise [Invalid]
    def decode(text, levels: LEVELS)
      text = text.dup if text.frozen?
      text.force_encoding(Encoding::UTF_8)
      raise Invalid, "it is not valid UTF-8" unless text.valid_encoding?
      raise Invalid, "it has a lone surrogate" if text.include?("\\u") && text.match?(SURROGATE)
      return Parser.new(text).read if text.bytesize <= DEFAULT_LEVELS || text.count("[{") <= DEFAULT_LEVELS

      Parser.new(text, **OPTIONS.fetch(levels)).read
    rescue JSON::ParserError => e
      raise Invalid, e.message.scrub
    end

    # @param text [String] content as received
    # @param buffers [Array<String>]
    # @param paths [Array<Array>, nil] metadata.buffer_paths
    # @return [Hash]
    def decode_content(text, buffers = [], paths = nil)
      content = decode(text, levels: LEVELS + 1)
      raise Invalid, "content is not an object" unless content.is_a?(Hash)

      paths&.each_with_index { |path, i| put(content, path, buffers.fetch(i)) }
      content
    rescue IndexError, NoMethodError, TypeError
      raise Invalid, "buffer_paths do not fit the content and the buffers"
    end

    def put(content, path, buffer)
      *way, last = path
      target = way.reduce(content) { |at, step| at.fetch(step) }
      target.fetch(last)
      target[last] = buffer
    end
  end
end
