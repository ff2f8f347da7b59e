# frozen_string_literal: true

module Parley
  # What the orchestrator asks of the kernel.
  class Kernel
    # How long the last messages may take to leave, in seconds.
    FAREWELL = 2

    private

    def welcome(envelope)
      return unless envelope.type == "welcome"

      unless envelope.ok?
        refused(envelope) if attached?
        STDERR.syswrite("#{envelope.content["message"] || "the orchestrator does not want this kernel"}\n")
        EXIT.call(1)
      end
      @session.limit = envelope.content["max_message_bytes"] || @session.limit
      @welcome = true
      @attachment&.welcomed
    end

    def refused(envelope)
      @refusal = Error.from(envelope.outcome || "unavailable", envelope.content)
      raise Left, @refusal.message
    end

    def on_answer(envelope)
      @requests.deliver(envelope)
    end

    def on_call(envelope)
      @executor.serve(envelope, @plugin)
    end

    def on_credit(envelope)
      @executor.credit(envelope)
    end

    def on_cancel(envelope)
      @executor.cancel(envelope)
    end

    def on_wait_query(envelope)
      @waits.ask(@executor.frames[envelope.parent_id])
    end

    def on_grant(envelope)
      @events.grant(envelope)
    end

    def on_change(envelope)
      @watches.receive(envelope)
    end

    def on_update(envelope)
      @events.update(envelope)
    end

    # What lies on the SUB already must not look lost.
    def on_ping(envelope)
      @session.receive_events(@events.signers, @garbage, &@receive)
      @events.compare(envelope.content["events"] || {})
      frames = @executor.frames.size
      @session.send_message("pong", envelope.header, Reply::OK, +%({"frames":#{frames}}))
    end

    def on_load(envelope)
      @plugin = Plugin.new(envelope.content)
      @events.hold
      @watches.hold
      # A program that attached is loaded already.
      @executor.start(Frame.new(envelope, self, "load_plugin_reply") { attached? ? nil : Loader.run(@plugin) })
    end

    def on_start(envelope)
      release = lambda do
        @events.release
        @watches.release
        @attachment&.started(@plugin.name)
      end
      @executor.start(Frame.new(envelope, self, "start_plugin_reply", done: release) { plugin!.starting.each(&:call) })
    end

    def on_unload(envelope)
      @executor.start(Frame.new(envelope, self, "unload_plugin_reply") { stop })
    end

    def on_shutdown(envelope)
      # The orchestrator has let go of this program: nothing follows.
      raise Left, envelope.content["reason"] if attached? && envelope.content["reason"]

      @executor.start(Frame.new(envelope, self, "shutdown_reply", done: -> { farewell }) { stop })
    end

    # The last first; each of them once, and one that fails does not keep the others from running.
    def stop
      handlers = plugin!.stopping
      failure = nil
      while (handler = handlers.pop)
        begin
          handler.call
        rescue StandardError => e
          failure ||= e
        end
      end
      raise failure if failure
    end

    # Nothing of the plugin's may hold the process: no thread, no exit hook.
    def farewell
      return if attached?

      @session.drain(FAREWELL)
      EXIT.call(0)
    end

    # A program that attached is a plugin no more, and goes on: what it waits for fails.
    def leave(reason)
      @ended = reason
      @requests.close(reason)
      @executor.frames.values.each { |frame| frame.cancel("shutdown", @scheduler) } # rubocop:disable Style/HashEachMethods -- frames end meanwhile
      @scheduler.run_ready
      @scheduler.close_inbox
      Fiber.set_scheduler(nil)
      @session.close
      Parley.kernel = nil if Parley.kernel.equal?(self)
      @attachment.ended(@refusal || Unavailable.new("The orchestrator has let go of this program: #{reason}"))
    end

    def on_execute(envelope)
      @cells ||= Cells.new(self)
      @cells.execute(envelope)
    end
  end
end
