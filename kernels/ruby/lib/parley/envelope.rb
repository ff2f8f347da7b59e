# frozen_string_literal: true

require "digest"
require "digest/sha2"
require_relative "values"

module Parley
  # HMAC-SHA256 with its two pads absorbed once: a signature is two copies and two digests.
  class Signer
    BLOCK = 64

    # @param key [String] its bytes are the key
    def initialize(key)
      key = key.b
      key = Digest::SHA256.digest(key) if key.bytesize > BLOCK
      bytes = key.ljust(BLOCK, "\0").bytes
      @inner = Digest::SHA256.new << bytes.map { |byte| byte ^ 0x36 }.pack("C*")
      @outer = Digest::SHA256.new << bytes.map { |byte| byte ^ 0x5C }.pack("C*")
    end

    # (see Session#inspect)
    def inspect
      "#<Parley::Signer>"
    end

    # @return [String] 64 lower-case hexadecimal digits
    def sign(header, parent, metadata, content)
      inner = @inner.dup
      inner << header << parent << metadata << content
      (@outer.dup << inner.digest!).hexdigest!
    end

    # Compares in time that does not depend on where the two differ: as one number, not byte by byte.
    def verify?(signature, header, parent, metadata, content)
      return false unless signature.bytesize == 64

      (sign(header, parent, metadata, content).hex ^ signature.hex).zero?
    end
  end

  # A verified message. Jupyter's wire format, version 5.4; content is read when it is first asked for.
  class Envelope
    DELIMITER = "<IDS|MSG>".b.freeze
    EMPTY = "{}"
    TEXT = '[ !#-\[\]-~]*'
    # A header as the orchestrator writes it; any other is parsed.
    USUAL_ID = /\A\{"msg_id":"(#{TEXT})","session":"#{TEXT}","username":"#{TEXT}","date":"#{TEXT}","msg_type":"/n
    USUAL = /#{USUAL_ID}(#{TEXT})","version":"#{TEXT}"\}\z/n

    # The frames are not a message at all.
    class NotAnEnvelope < StandardError; end
    # Nobody who has the key sent this.
    class BadSignature < StandardError; end

    # It is signed, and cannot be understood.
    class Malformed < StandardError
      # @return [String] the header's bytes, to answer to
      attr_reader :header

      def initialize(message, header)
        super(message)
        @header = header
      end
    end

    # @return [String] the header's bytes, as received
    attr_reader :header
    # @return [String]
    attr_reader :id, :type
    # @return [Hash]
    attr_reader :metadata

    # @param frames [Array<String>] from the delimiter on
    # @param signer [Signer]
    # @raise [NotAnEnvelope, BadSignature, Malformed]
    def self.open(frames, signer)
      delimiter, signature, header, parent, metadata, content = frames
      raise NotAnEnvelope, "no #{DELIMITER}" unless delimiter == DELIMITER
      raise NotAnEnvelope, "#{frames.size} frames instead of 6" unless content
      raise BadSignature, "wrong signature" unless signer.verify?(signature, header, parent, metadata, content)

      new(header, parent, metadata, content, frames.size > 6 ? frames.drop(6) : Values::NONE)
    end

    # The frames of a message, to be joined by {Zmtp.message}; sessions write the same without the array.
    # @return [Array<String>]
    def self.seal(signer, header, parent, metadata, content, buffers = [])
      [DELIMITER, signer.sign(header, parent, metadata, content), header, parent, metadata, content, *buffers]
    end

    def initialize(header, parent, metadata, content, buffers)
      @header = header
      @parent = parent
      @content = content
      @buffers = buffers
      identify
      @metadata = metadata == EMPTY ? {} : object(metadata, "metadata")
    end

    # @return [String, nil] msg_id of the message that this one answers or belongs to
    def parent_id
      return if @parent == EMPTY

      @parent[USUAL_ID, 1] || object(@parent.dup, "parent_header")["msg_id"]
    end

    # @return [Hash] with bytes put back in their places
    # @raise [Malformed]
    def content
      return @decoded if @decoded
      return @decoded = {} if @content == EMPTY && @buffers.empty?

      @decoded = Values.decode_content(@content, @buffers, @metadata["buffer_paths"])
    rescue Values::Invalid => e
      raise Malformed.new("the content cannot be read: #{e.message}", header)
    end

    # @return [String] "ok", or what went wrong
    def outcome
      @metadata["outcome"]
    end

    def ok?
      outcome == "ok"
    end

    private

    def identify
      return @id = ::Regexp.last_match(1), @type = ::Regexp.last_match(2) if USUAL =~ @header

      # The bytes of a header go out again as they came, so it is read from a copy.
      fields = object(@header.dup, "header")
      @id = fields["msg_id"]
      @type = fields["msg_type"]
      return if @id.is_a?(String) && @type.is_a?(String)

      raise Malformed.new("the header has no msg_id or no msg_type", @header)
    end

    def object(text, name)
      value = Values.decode(text)
      return value if value.is_a?(Hash)

      raise Malformed.new("the #{name} is not an object", header)
    rescue Values::Invalid => e
      raise Malformed.new("the #{name} cannot be read: #{e.message}", header)
    end
  end
end
