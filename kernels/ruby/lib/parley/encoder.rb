# frozen_string_literal: true

require_relative "errors"

module Parley
  module Values
    # One walk over a value: refuses, with the path, and collects buffers.
    class Encoder
      def initialize(root, limit)
        @root = root
        @limit = limit
        @path = []
        @count = 0
        @buffers = []
        @paths = []
      end

      def encode(value)
        plain = plain(value, 0)
        Encoded.new(GENERATE.call(plain), @buffers, @paths)
      end

      private

      def plain(value, level)
        case value
        when String then text(value)
        when Integer then integer(value)
        when nil, true, false then value
        when Float then value.finite? ? value : refuse("#{value}, which JSON does not have")
        when Hash then object(value, level + 1)
        when Array then array(value, level + 1)
        when Symbol then text(value.name)
        else refuse("#{a(value)}, which has no JSON form")
        end
      end

      def integer(value)
        INTEGERS.cover?(value) ? value : refuse("an integer of more than 64 bits; send it as a String")
      end

      def text(value)
        encoding = value.encoding
        return bytes(value) if encoding == Encoding::BINARY

        value = value.encode(Encoding::UTF_8) unless encoding == Encoding::UTF_8
        refuse("text that is not valid UTF-8; send bytes as a BINARY String (.b)") unless value.valid_encoding?
        value.instance_of?(String) ? value : String.new(value)
      rescue EncodingError
        refuse("text that is not valid #{encoding}")
      end

      def bytes(value)
        @buffers << value.dup
        @paths << (@root + @path)
        nil
      end

      def array(value, level)
        enter(level, value.size)
        depth = @path.size
        result = value.each_with_index.map do |item, index|
          @path[depth] = index
          plain(item, level)
        end
        @path.pop if @path.size > depth
        result
      end

      def object(value, level)
        enter(level, value.size)
        depth = @path.size
        result = {}
        value.each do |key, item|
          name = key(key)
          refuse("two keys that are both #{name.inspect} as text") if result.key?(name)
          @path[depth] = name
          result[name] = plain(item, level)
        end
        @path.pop if @path.size > depth
        result
      end

      def key(key)
        key = key.name if key.is_a?(Symbol)
        refuse("an object with #{a(key)} as a key; keys are text") unless key.is_a?(String)
        return text(key) unless key.encoding == Encoding::BINARY

        refuse("an object with bytes as a key") unless key.ascii_only?
        key.dup.force_encoding(Encoding::UTF_8)
      end

      # A value that refers to itself ends here too; the count stops one that would unfold without end.
      def enter(level, size)
        refuse("more than #{LEVELS} levels deep, or refers to itself") if level > LEVELS
        @count += size
        raise TooLarge.new(size: @count * 2, limit: @limit) if @limit && @count * 2 > @limit
      end

      def a(value)
        kind = ::Kernel.instance_method(:class).bind_call(value)
        "a#{"n" if kind.to_s.match?(/\A[AEIOU]/)} #{kind}"
      rescue StandardError
        "an object"
      end

      def refuse(what)
        path = Values.path(@path)
        raise NotSerializable.new("#{path} is #{what}", path:)
      end
    end
  end
end
