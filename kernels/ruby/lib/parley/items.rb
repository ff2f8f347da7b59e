# frozen_string_literal: true

require_relative "frame"
require_relative "requests"

module Parley
  # The provider's end of a stream: a call that sends what the handler's Enumerator yields, as fast as the consumer
  # gives credit.
  class Producer < Frame
    # @return [Boolean] whether a handler's result is a stream
    def self.stream?(value)
      value.is_a?(Enumerator) || value.is_a?(Stream)
    end

    def initialize(envelope, kernel, handler, params)
      super(envelope, kernel, "call_reply")
      @handler = handler
      @params = params
      @credit = @metadata["credit"] || 64
      @sequence = 0
    end

    # @param count [Integer] how many more items may be sent
    def grant(count)
      @credit += count
    end

    # @return [Reply] the end of the stream
    def run
      value = @handler.call(@params)
      return Reply.failure("invalid_reply", not_a_stream(value)) unless Producer.stream?(value)

      # A throw unwinds the Enumerator through its ensure clauses, and no rescue of its own can stop it.
      refused = catch(self) do
        value.each { |*items| put(items.size > 1 ? items : items.first) }
        nil
      end
      refused ? Reply.failure(refused.outcome, refused.details) : END_OF_STREAM
    end
    END_OF_STREAM = Reply.new(Reply::OK, '{"value":null}')

    def reply(value)
      value
    end

    private

    def put(item)
      await_credit unless @credit.positive?
      @credit -= 1
      encoded = Values.encode(item, root: ["value"], limit: @kernel.limit)
      paths = %(,"buffer_paths":#{Values.generate(encoded.paths)}) unless encoded.buffers.empty?
      metadata = %({"sequence":#{@sequence}#{paths}})
      @kernel.post("yield_item", metadata, %({"value":#{encoded.json}}), encoded.buffers, now: true)
      @sequence += 1
    rescue NotSerializable, TooLarge => e
      throw self, e
    end

    # The orchestrator is told, because it must know who waits for whom.
    def await_credit
      @kernel.post("credit_wait", "{}", +"{}", now: true)
      @kernel.park until @credit.positive?
    end

    def not_a_stream(value)
      { "message" => "#{@handler.method} does not yield: call it with call()", "pointer" => "",
        "expected" => "an Enumerator", "got" => value.class.to_s }
    end
  end

  # The consumer's end: each +each+ calls the method anew and reads what it yields.
  #
  # Breaking out of the loop cancels the producer.
  class Stream
    include Enumerable

    # @api private
    def initialize(kernel, method, params, timeout:, window:, on_progress:)
      raise ArgumentError, "window is a number of items, 1 or more" unless window.is_a?(Integer) && window.positive?

      @kernel = kernel
      @method = method
      @params = params
      @timeout = timeout
      @window = window
      @on_progress = on_progress
    end

    # @yieldparam item [Object]
    # @return [self, Enumerator]
    def each(&block)
      return enum_for(:each) unless block

      content, metadata = @kernel.requests.prepare(@method, @params, @timeout)
      metadata.merge!("stream" => true, "credit" => @window)
      what = "stream(#{@method.inspect})"
      @kernel.requests.exchange("call_request", Values.generate(metadata), content.json, content.buffers,
                                what:) do |box, id|
        read(box, Reading.new(@kernel, id), &block)
      end
      self
    end

    # One call of a stream under way, so that a frame which ends can give up those that it left.
    class Reading
      def initialize(kernel, id)
        @kernel = kernel
        @id = id
        @frame = kernel.frame
        @frame&.readings&.push(self)
      end

      # Lets the producer send more.
      def grant(count)
        @kernel.post("credit", %({"call":"#{@id}","credit":#{count}}), +"{}")
      end

      # Nobody reads any more.
      def close
        @kernel.requests.abandon(@id, @frame)
        forget
      end

      def forget
        @frame&.readings&.delete(self)
      end
    end

    private

    # Gives credit back when half of the window has been consumed, so that the producer need not stop.
    def read(box, reading)
      half = [@window / 2, 1].max
      consumed = 0
      loop do
        envelope = box.shift
        case envelope.type
        when "call_reply" then break @kernel.requests.settle(envelope)
        when "progress" then @on_progress&.call(*envelope.content.values_at("fraction", "message"))
        when "yield_item"
          yield envelope.content["value"]
          if (consumed += 1) >= half
            reading.grant(consumed)
            consumed = 0
          end
        end
      end
    ensure
      reading.forget
    end
  end
end
