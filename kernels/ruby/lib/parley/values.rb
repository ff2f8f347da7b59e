# frozen_string_literal: true

require "json/ext"

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
      when String then budget if value.encoding == Encoding::UTF_8 && value.valid_encoding? && value.instance_of?(String)
      when Integer then budget if INTEGERS.cover?(value)
      when nil, true, false then budget
      when Float then budget if value.finite?
      when Array then plain_array?(value, level + 1, budget - value.size) if value.instance_of?(Array)
      when Hash then plain_hash?(value, level + 1, budget - value.size) if value.instance_of?(Hash)
      end
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

      parser = text.count("[{") <= DEFAULT_LEVELS ? Parser.new(text) : Parser.new(text, **OPTIONS.fetch(levels))
      parser.read
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

    NONE = [].freeze

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
        value.each_with_index.map do |item, i|
          @path[depth] = i
          plain(item, level)
        end.tap { @path.pop if @path.size > depth }
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
        key.encoding == Encoding::BINARY && !key.ascii_only? ? refuse("an object with bytes as a key") : text_of_key(key)
      end

      def text_of_key(key)
        key.encoding == Encoding::BINARY ? key.dup.force_encoding(Encoding::UTF_8) : text(key)
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
        path = @path.reduce("$") do |text, step|
          next "#{text}[#{step}]" if step.is_a?(Integer)

          step.match?(/\A[A-Za-z_]\w*\z/) ? "#{text}.#{step}" : "#{text}[#{step.inspect}]"
        end
        raise NotSerializable.new("#{path} is #{what}", path: path)
      end
    end
  end
end
