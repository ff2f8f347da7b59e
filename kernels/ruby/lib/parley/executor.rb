# frozen_string_literal: true

require "parley/frame"
require "parley/report"

module Parley
  # Runs plugin code: opens a frame, runs the handler in a fiber of its own, and replies with what came of it.
  class Executor
    # What a reply says.
    Reply = Struct.new(:metadata, :content, :buffers)
    OK = '{"outcome":"ok"}'

    # @return [Hash{String => Frame}] those that are running, by id
    attr_reader :frames

    # @return [Reply] content {"value": …}
    # @raise [NotSerializable, TooLarge]
    def self.value_reply(value, limit)
      encoded = Values.encode(value, root: ["value"], limit:)
      metadata = encoded.buffers.empty? ? OK : Values.generate({ "outcome" => "ok", "buffer_paths" => encoded.paths })
      Reply.new(metadata, %({"value":#{encoded.json}}), encoded.buffers)
    end

    def initialize(kernel, scheduler)
      @kernel = kernel
      @scheduler = scheduler
      @frames = {}
    end

    # Opens a frame for a message and runs a block in it.
    # @param type [String] of the reply
    # @param reply [Proc, nil] makes a {Reply} of what the block returned; nil stands for an empty one
    # @param failed [Proc, nil] makes a {Reply} of an outcome and an error object
    # @param done [Proc, nil] called after the reply
    # @yieldparam frame [Frame]
    # @yieldreturn [Object] given to +reply+
    def start(envelope, type, reply: nil, failed: nil, done: nil, &work)
      frame = Frame.new(envelope, @kernel, @scheduler.now, Frame::Ending.new(type, reply, failed, done))
      @frames[frame.id] = frame
      @scheduler.spawn(frame) { |task| run(frame, task, work) }
      frame
    end

    # A request for one of the plugin's methods.
    def call(envelope, plugin)
      name = envelope.metadata["method"]
      handler = plugin&.handlers&.[](name)
      return unknown(envelope, name, plugin) unless handler

      params = envelope.content
      refusal = handler.refusal(params)
      return refuse(envelope, "invalid_payload", refusal) if refusal

      streaming = envelope.metadata["stream"] == true
      start(envelope, "call_reply", reply: ->(value) { streaming ? value : result(name, value) }) do |frame|
        value = handler.call(params)
        streaming ? Producer.new(@kernel, @scheduler, frame, name).run(value) : value
      end
    end

    # @param envelope [Envelope] a cancel
    def cancel(envelope)
      @frames[envelope.metadata["frame"]]&.cancel(envelope.content["reason"] || "cancelled", @scheduler)
    end

    # @param envelope [Envelope] more credit for a stream
    def credit(envelope)
      return unless (frame = @frames[envelope.parent_id])

      frame.credit += Integer(envelope.metadata["credit"])
      frame.tasks.first&.then { |task| @scheduler.wake(task) }
    end

    # A fiber died, or control left it for good.
    def lost(task, error)
      frame = task.frame
      if frame.nil? || !task.equal?(frame.tasks.first)
        @kernel.complain(error, frame) if error && !error.equal?(frame&.cancellation)
      elsif !frame.ended?
        error ||= FiberError.new("control left the handler's fiber and did not come back")
        finish(frame, false, outcome(frame, error))
      end
    end

    # An error object as a reply.
    # @return [Reply]
    def failure(outcome, object)
      Reply.new(%({"outcome":"#{outcome}"}), Values.generate(object), Values::NONE)
    rescue StandardError
      Reply.new(%({"outcome":"#{outcome}"}), Values.generate({ "message" => object["message"].to_s.scrub }),
                Values::NONE)
    end

    # Replies without opening a frame.
    def refuse(envelope, outcome, object)
      send_reply("call_reply", envelope.header, failure(outcome, object))
    end

    private

    def run(frame, task, work)
      frame.tasks.unshift(task)
      value = begin
        work.call(frame)
      ensure
        @scheduler.retire
      end
      Guards.leave_child(nil)
      finish(frame, true, value)
    rescue Exception => e # rubocop:disable Lint/RescueException -- SystemExit, Interrupt and the like end the frame alone
      Guards.leave_child(e)
      finish(frame, false, outcome(frame, e))
    end

    # @return [Array(String, Hash)]
    def outcome(frame, error)
      return Report.of(error) unless frame.cancellation && error.is_a?(Cancelled)

      ["cancelled", { "message" => error.message, "reason" => frame.cancellation.reason }]
    end

    def conclude(reply, value)
      reply ? reply.call(value) : Reply.new(OK, "{}", Values::NONE)
    rescue NotSerializable, TooLarge => e
      failure(e.outcome, e.details)
    end

    def result(name, value)
      return Executor.value_reply(value, @kernel.limit) unless Producer.stream?(value)

      failure("invalid_reply", { "message" => "#{name} yields a stream: read it with stream()", "pointer" => "",
                                 "expected" => "a value", "got" => "a stream" })
    end

    def finish(frame, good, value)
      ending = frame.ending
      answer = good ? conclude(ending.reply, value) : (ending.failed || method(:failure)).call(*value)
      release(frame) if frame.holds?
      frame.flush
      frame.end!
      @frames.delete(frame.id)
      send_reply(ending.type, frame.header, answer)
      ending.done&.call(good)
    end

    # What the frame still holds goes back before its reply, so that the orchestrator sees the end last.
    def release(frame)
      frame.readings.dup.each(&:close)
      frame.locks.dup.each { |name| @kernel.post("unlock", "{}", Values.generate({ "name" => name }), frame:) }
    end

    def send_reply(type, header, reply)
      @kernel.send_message(type, header, reply.metadata, reply.content, reply.buffers)
    rescue TooLarge => e
      reply = failure("too_large", e.details)
      @kernel.send_message(type, header, reply.metadata, reply.content)
    end

    def unknown(envelope, name, plugin)
      near = plugin ? plugin.handlers.keys.select { |other| other.split(".").first == name.to_s.split(".").first } : []
      refuse(envelope, "no_provider",
             { "message" => "this plugin does not provide #{name}", "nearest" => near.first(3) })
    end
  end
end
