# frozen_string_literal: true

module Parley
  # What the SDK does on the wire.
  class Kernel
    LEVELS = %w[debug info warning error].freeze

    # Asks the orchestrator something and waits for its answer.
    # @param content [Hash, String] a String is JSON
    # @param what [String] how an error names the operation
    # @param late [#push, nil] gets the reply when nobody waits for it any more
    # @return [Hash] the answer's content
    # @raise [Error] whatever its outcome says
    def ask(type, content, what:, metadata: {}, buffers: Values::NONE, late: nil)
      content = Values.generate(content) unless content.is_a?(String)
      @requests.ask(type, Values.generate(metadata), content, buffers:, what:, late:).content
    end

    # @return [Integer, Confirmation]
    def emit(event, payload, confirm:, require:, timeout:, event_id:)
      metadata = { "event" => event, **Confirmation.request(confirm, require, timeout) }
      metadata["event_id"] = Arguments.text("event_id:", event_id) if event_id
      content = encode_object(payload, "the payload of #{event}")
      metadata["buffer_paths"] = content.paths unless content.buffers.empty?
      reply = @requests.ask("emit", Values.generate(metadata), content.json, buffers: content.buffers,
                                                                             what: "emit(#{event.inspect})")
      confirm ? Confirmation.new(reply.content) : reply.content["subscriptions"]
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
      metadata = Values.generate({ "timeout" => Arguments.timeout(timeout) }.compact)
      frame = self.frame
      content = Values.generate({ "name" => name })
      # A lock that comes when nobody waits for it any more goes straight back.
      late = Requests::Late.new { |reply| post("unlock", "{}", content, frame:) if reply.ok? && !frame&.ended? }
      @requests.ask("lock_request", metadata, content, what: "lock(#{name.inspect})", late:)
      frame&.locks&.push(name)
    end

    def unlock(name)
      held = frame&.locks
      raise ThreadError, "lock #{name.inspect} is not held by this frame" if held && !held.include?(name)

      held&.delete_at(held.index(name))
      post("unlock", "{}", Values.generate({ "name" => name }))
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
