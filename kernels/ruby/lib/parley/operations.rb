# frozen_string_literal: true

module Parley
  # What the SDK does on the wire.
  class Kernel
    LEVELS = %w[debug info warning error].freeze

    # @return [Integer]
    def emit(event, payload)
      content = encode_object(payload, "the payload of #{event}")
      metadata = { "event" => event }
      metadata["buffer_paths"] = content.paths unless content.buffers.empty?
      reply = @requests.ask("emit", Values.generate(metadata), content.json, buffers: content.buffers,
                                                                             what: "emit(#{event.inspect})")
      reply.content["subscriptions"]
    end

    # The handler is there before the orchestrator can send it anything.
    # @return [Provision]
    def provide(method, block)
      plugin = plugin!
      before = plugin.handlers[method]
      plugin.handlers[method] = Handler.new(method, block)
      confirmed = false
      @requests.ask("provide", "{}", Values.generate({ "method" => method }), what: "provide(#{method.inspect})")
      confirmed = true
      Provision.new(self, method)
    ensure
      if plugin && !confirmed
        before ? plugin.handlers[method] = before : plugin.handlers.delete(method)
      end
    end

    def withdraw(method)
      @requests.ask("withdraw", "{}", Values.generate({ "method" => method }), what: "dispose")
      plugin!.handlers.delete(method)
    end

    def lock(name, timeout)
      Requests.check_timeout(timeout)
      metadata = timeout ? Values.generate({ "timeout" => timeout }) : "{}"
      frame = self.frame
      content = Values.generate({ "name" => name })
      late = LateLock.new(self, name, frame)
      @requests.ask("lock_request", metadata, content, what: "lock(#{name.inspect})", late:)
      frame&.locks&.push(name)
    end

    def unlock(name)
      held = frame&.locks
      raise ThreadError, "lock #{name.inspect} is not held by this frame" if held && !held.include?(name)

      held&.delete_at(held.index(name))
      post("unlock", "{}", Values.generate({ "name" => name }))
    end

    # A lock that comes when nobody waits for it any more goes straight back.
    class LateLock
      def initialize(kernel, name, frame)
        @kernel = kernel
        @name = name
        @frame = frame
      end

      # @param envelope [Envelope] the lock_reply
      def push(envelope)
        return if !envelope.ok? || @frame&.ended?

        @kernel.post("unlock", "{}", Values.generate({ "name" => @name }), frame: @frame)
      end
    end

    def progress(fraction, message)
      content = encode_object({ "fraction" => fraction, "message" => message&.to_s }, "the progress")
      post("progress", "{}", content.json, now: true)
      nil
    end

    def log(message, level, fields)
      raise ArgumentError, "level is one of #{LEVELS.join(", ")}, not #{level}" unless LEVELS.include?(level)

      content = encode_object({ "level" => level, "message" => message, "fields" => fields }, "the log's fields")
      metadata = content.buffers.empty? ? "{}" : Values.generate({ "buffer_paths" => content.paths })
      post("log", metadata, content.json, content.buffers, now: true)
      nil
    end

    # @return [Context]
    def context
      Context.new(@plugin&.name, frame)
    end

    # The plugin, or one without a name for the cells of a notebook.
    # @return [Plugin]
    def plugin!
      @plugin ||= Plugin.new({ "main" => "<cell>", "folder" => Dir.pwd })
    end

    # @return [Values::Encoded]
    # @raise [NotSerializable, TooLarge, InvalidPayload]
    def encode_object(value, what)
      unless value.is_a?(Hash)
        raise InvalidPayload.new("#{what} must be a Hash, not #{value.class}", pointer: "", expected: "object",
                                                                               got: value.class.to_s)
      end

      Values.encode(value, limit:)
    end
  end
end
