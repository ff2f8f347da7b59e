# frozen_string_literal: true

require_relative "arguments"

module Parley
  # The rhythm in which a subscription wants its events, as the options of `on` say it.
  module Shape
    OPTIONS = { batch: %i[window max], debounce: %i[wait max_wait], throttle: %i[interval],
                latest: %i[key interval] }.freeze
    REQUIRED = %i[window wait interval].freeze
    USAGE = "batch: { window: 0.5, max: 100 }, debounce: { wait: 0.3, max_wait: 2 }, throttle: { interval: 1 } or " \
            "latest: { key: \"/id\", interval: 1 }, with times in seconds; max, max_wait and key may be left out"
    POINTER = %r{\A(?:/(?:[^~/]|~[01])*)*\z}

    class << self
      # @param given [Hash] the options of `on`
      # @return [Hash, nil] the shape, as it is sent
      # @raise [ArgumentError]
      def of(given)
        given = given.compact
        return if given.empty?

        stranger = given.keys.find { |name| !OPTIONS.key?(name) }
        wrong("on has no option #{stranger}:") if stranger
        wrong("on takes one shape at a time, not #{given.keys.join(" and ")}") if given.size > 1
        name, fields = given.first
        { name.name => check(name, fields) }
      end

      private

      def check(shape, fields)
        wrong("#{shape}: is a Hash, not #{fields.inspect}") unless fields.is_a?(Hash)
        fields = fields.transform_keys { |name| name.to_s.to_sym }.compact
        known = OPTIONS[shape]
        stranger = fields.keys.find { |name| !known.include?(name) }
        wrong("#{shape}: has no #{stranger}") if stranger
        missing = known.find { |name| REQUIRED.include?(name) && !fields.key?(name) }
        wrong("#{shape}: needs #{missing}") if missing
        fields.to_h { |name, value| [name.name, field(shape, name, value)] }
      end

      def field(shape, name, value)
        what = "#{name} of #{shape}:"
        case name
        when :max then count(what, value)
        when :key then pointer(what, value)
        else
          Arguments.seconds(what, value)
        end
      end

      def count(what, value)
        return value if value.is_a?(Integer) && value.positive?

        wrong("#{what} is a number of events, 1 or more, not #{value.inspect}")
      end

      def pointer(what, value)
        return value if value.is_a?(String) && value.match?(POINTER)

        wrong("#{what} is a JSON pointer into the payload, such as \"/id\", not #{value.inspect}")
      end

      def wrong(text)
        raise ArgumentError, "#{text}: it takes #{USAGE}"
      end
    end
  end
end
