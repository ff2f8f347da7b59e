# frozen_string_literal: true

require_relative "frame"
require_relative "report"
require_relative "items"

module Parley
  # A call of one of the plugin's methods.
  class CallFrame < Frame
    def initialize(envelope, kernel, handler, params)
      super(envelope, kernel, "call_reply")
      @handler = handler
      @params = params
    end

    def run
      @handler.call(@params)
    end

    def reply(value)
      return Reply.value(value, @kernel.limit) unless Producer.stream?(value)

      Reply.failure("invalid_reply", { "message" => "#{@handler.method} yields a stream: read it with stream()",
                                       "pointer" => "", "expected" => "a value", "got" => "a stream" })
    end
  end

  # Runs plugin code: gives each frame a fiber, and replies with what came of it. Every call of a method passes through
  # here, so what is said here in one method instead of three is said so for speed.
  class Executor
    # @return [Hash{String => Frame}] those that are running, by id
    attr_reader :frames

    def initialize(kernel, scheduler, session)
      @kernel = kernel
      @scheduler = scheduler
      @session = session
      @frames = {}
    end

    # @param frame [Frame]
    def start(frame)
      @frames[frame.id] = frame
      @scheduler.spawn(frame)
    end

    # A request for one of the plugin's methods.
    def serve(envelope, plugin)
      name = envelope.metadata["method"]
      handler = plugin&.handlers&.[](name)
      return send_reply("call_reply", envelope.header, unknown(name, plugin)) unless handler

      params = envelope.content
      refusal = handler.refusal(params)
      return send_reply("call_reply", envelope.header, Reply.failure("invalid_payload", refusal)) if refusal

      kind = envelope.metadata["stream"] == true ? Producer : CallFrame
      start(kind.new(envelope, @kernel, handler, params))
    end

    # @param envelope [Envelope] a cancel
    def cancel(envelope)
      @frames[envelope.metadata["frame"]]&.cancel(envelope.content["reason"] || "cancelled", @scheduler)
    end

    # @param envelope [Envelope] more credit for a stream
    def credit(envelope)
      frame = @frames[envelope.parent_id]
      return unless frame.is_a?(Producer)

      frame.grant(Integer(envelope.metadata["credit"]))
      @scheduler.wake(frame)
    end

    # A fiber died, or control left it for good.
    def lost(task, error)
      frame = task.frame
      if task.lost then task.lost.call(error)
      elsif !task.equal?(frame)
        @kernel.complain(error, frame) if error && !error.equal?(frame&.cancellation)
      elsif !frame.ended?
        fail_with(frame, error || FiberError.new("control left the handler's fiber and did not come back"))
      end
    end

    # Runs a frame, on its own fiber.
    def execute(frame)
      value = begin
        frame.run
      ensure
        @scheduler.retire
      end
      return Guards.leave_child(nil) if Guards.child?

      finish(frame, conclude(frame, value))
    rescue Exception => e # rubocop:disable Lint/RescueException -- SystemExit, Interrupt and the like end the frame alone
      return Guards.leave_child(e) if Guards.child?

      fail_with(frame, e)
    end

    private

    def conclude(frame, value)
      frame.reply(value)
    rescue NotSerializable, TooLarge => e
      frame.failure(e.outcome, e.details)
    end

    def fail_with(frame, error)
      cancellation = frame.cancellation
      outcome, details = if cancellation && error.is_a?(Cancelled)
                           ["cancelled", { "message" => error.message, "reason" => cancellation.reason }]
                         else
                           Report.of(error)
                         end
      finish(frame, frame.failure(outcome, details))
    end

    # What the frame still holds goes back before its reply, so that the orchestrator sees the end last.
    def finish(frame, reply)
      frame.close
      @frames.delete(frame.id)
      send_reply(frame.type, frame.header, reply)
      frame.done&.call
    end

    def send_reply(type, header, reply)
      @session.send_message(type, header, reply.metadata, reply.content, reply.buffers)
    rescue TooLarge => e
      reply = Reply.failure("too_large", e.details)
      @session.send_message(type, header, reply.metadata, reply.content)
    end

    def unknown(name, plugin)
      service = name.to_s.split(".").first
      near = plugin ? plugin.handlers.keys.select { |other| other.split(".").first == service } : []
      Reply.failure("no_provider", { "message" => "this plugin does not provide #{name}", "nearest" => near.first(3) })
    end
  end
end
