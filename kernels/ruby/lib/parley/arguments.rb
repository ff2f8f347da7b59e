# frozen_string_literal: true

require_relative "errors"

module Parley
  # What the SDK's functions are given, checked where they are given it.
  module Arguments
    module_function

    # @param name [String] how the error calls it
    # @param zero [Boolean] whether none at all will do
    # @return [Integer, Float] seconds, as JSON can carry them
    # @raise [ArgumentError]
    def seconds(name, value, zero: false)
      if value.is_a?(Numeric) && value.real?
        number = value.is_a?(Integer) ? value : Float(value)
        return number if number.finite? && (number.positive? || (zero && number.zero?))
      end

      raise ArgumentError, "#{name} is in seconds, a number #{zero ? "of 0 or more" : "above 0"}, not #{value.inspect}"
    end

    # How long to wait: what has no time left is refused unsent.
    # @return [Integer, Float, nil] seconds
    # @raise [Timeout, ArgumentError]
    def timeout(value)
      return if value.nil?
      return seconds("timeout", value) unless value.is_a?(Numeric) && value.real? && !value.positive?

      raise Timeout.new("a timeout of #{value} seconds leaves no time: the request was not sent",
                        started: false, timeout: Float(value))
    end

    # @return [String] UTF-8
    # @raise [ArgumentError]
    def text(name, value)
      text = value.is_a?(Symbol) ? value.name : value
      if text.is_a?(String)
        binary = text.encoding == Encoding::BINARY
        text = binary ? text.dup.force_encoding(Encoding::UTF_8) : text.encode(Encoding::UTF_8)
        return text if text.valid_encoding?
      end
      raise ArgumentError, "#{name} is text, not #{value.inspect}"
    rescue EncodingError
      raise ArgumentError, "#{name} is not valid #{value.encoding}"
    end

    # A Hash without braces becomes options, which the author did not mean.
    # @param others [Hash] options that nobody knows
    # @param what [String] the words before the braces, such as 'call("a.b", '
    # @raise [ArgumentError]
    def braces(others, what)
      return if others.empty?

      raise ArgumentError, "put it in braces: #{what}{ #{others.keys.first}: … }), or mend the option " \
                           "#{others.keys.first}:, which is not known here"
    end
  end
end
